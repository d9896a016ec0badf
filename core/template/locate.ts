import { pointerNames } from '../diagnostics/pointer.ts';
import type { Diagnostic, LocatedDiagnostic, SourceLocation } from '../diagnostics/diagnostic.ts';
import type { Finding, Mark } from '../diagnostics/finding.ts';
import type { JsonSource } from './json-source.ts';
import type { JsonNode } from './json-tokens.ts';
import { lineIndex, startsOfLines } from './lines.ts';

interface FoundNode {
  /** The node of the pointer, or of its nearest ancestor that exists. */
  readonly node: JsonNode;
  /** The name of the property that `node` is the value of. */
  readonly key: JsonNode | undefined;
  readonly exact: boolean;
}

const lineStartsOf = new WeakMap<JsonSource, readonly number[]>();

function lineStarts(source: JsonSource): readonly number[] {
  const known = lineStartsOf.get(source);
  if (known !== undefined) return known;
  const starts = startsOfLines(source.text);
  lineStartsOf.set(source, starts);
  return starts;
}

function lineAt(source: JsonSource, offset: number): { readonly index: number; readonly start: number } {
  const starts = lineStarts(source);
  const index = lineIndex(starts, offset);
  return { index, start: starts[index] ?? 0 };
}

/** The source line that has `offset`, without its end. */
export function lineText(source: JsonSource, offset: number): string {
  const { start } = lineAt(source, offset);
  const end = source.text.indexOf('\n', start);
  return source.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

/** The place of a range of the text, cut at the end of its first line. */
export function locationOfRange(source: JsonSource, from: number, to: number): SourceLocation {
  const { index, start } = lineAt(source, from);
  const end = start + lineText(source, from).length;
  return {
    file: source.label,
    line: index + 1,
    column: from - start + 1,
    length: Math.max(1, Math.min(to, end) - from),
  };
}

const propertiesOf = new WeakMap<JsonNode, ReadonlyMap<string, JsonNode>>();

/** An object's properties by name, and by name in lower case behind a line feed; of several the first. */
function namedProperties(node: JsonNode): ReadonlyMap<string, JsonNode> {
  const known = propertiesOf.get(node);
  if (known !== undefined) return known;
  const named = new Map<string, JsonNode>();
  for (const property of node.children ?? []) {
    const name = String(property.children?.[0]?.value);
    for (const key of [name, foldedKey(name)]) if (!named.has(key)) named.set(key, property);
  }
  propertiesOf.set(node, named);
  return named;
}

function foldedKey(name: string): string {
  return `\n${name.toLowerCase()}`;
}

function propertyOf(node: JsonNode, name: string): JsonNode | undefined {
  const properties = namedProperties(node);
  return properties.get(name) ?? properties.get(foldedKey(name));
}

/** Walks a pointer as far as the tree goes; names that differ in case only are taken for each other. */
function find(tree: JsonNode, pointer: string): FoundNode {
  let found: FoundNode = { node: tree, key: undefined, exact: true };
  for (const name of pointerNames(pointer)) {
    if (found.node.type === 'array') {
      const element = /^\d+$/.test(name) ? found.node.children?.[Number(name)] : undefined;
      if (element === undefined) return { ...found, exact: false };
      found = { node: element, key: undefined, exact: true };
    } else {
      const property = found.node.type === 'object' ? propertyOf(found.node, name) : undefined;
      const [key, value] = property?.children ?? [];
      if (value === undefined) return { ...found, exact: false };
      found = { node: value, key, exact: true };
    }
  }
  return found;
}

/** Offset in the file of the code unit `wanted` of a string node's decoded text. */
function offsetInText(source: JsonSource, node: JsonNode, wanted: number): number {
  let at = node.offset + 1;
  for (let decoded = 0; decoded < wanted && at < node.offset + node.length - 1; decoded++) {
    at += source.text[at] !== '\\' ? 1 : source.text[at + 1] === 'u' ? 6 : 2;
  }
  return at;
}

function rangeOf(source: JsonSource, pointer: string, mark: Mark | undefined): readonly [number, number] | undefined {
  if (mark?.kind === 'range') {
    const start = Math.min(mark.start, source.text.length);
    return [start, Math.max(start, mark.end)];
  }
  if (source.tree === undefined) return undefined;
  const { node, key, exact } = find(source.tree, pointer);
  if (exact && mark?.kind === 'text' && node.type === 'string') {
    const from = offsetInText(source, node, mark.offset);
    return [from, Math.max(from + 1, offsetInText(source, node, mark.offset + (mark.length ?? 1)))];
  }
  const whole = node.type === 'object' || node.type === 'array';
  if (key !== undefined && (whole || mark?.kind === 'key')) return [key.offset, key.offset + key.length];
  return [node.offset, node.offset + (whole ? 1 : node.length)];
}

/**
 * Where a pointer leads: its value, or its name for objects and lists (their first character says nothing). A
 * pointer to what is not there leads to the nearest thing around it.
 */
export function locate(source: JsonSource, pointer: string, mark?: Mark): SourceLocation | undefined {
  const range = rangeOf(source, pointer, mark);
  return range === undefined ? undefined : locationOfRange(source, range[0], range[1]);
}

/** A number or boolean as it is written in the source ("1.10"). */
export function literalText(source: JsonSource, pointer: string): string | undefined {
  if (source.tree === undefined) return undefined;
  const { node, exact } = find(source.tree, pointer);
  return exact ? source.text.slice(node.offset, node.offset + node.length) : undefined;
}

/** A place with the line that it is on. */
export interface SourcePlace {
  readonly location: SourceLocation;
  readonly excerpt: string;
}

/** Like `locate`, with the line. */
export function placeOf(source: JsonSource, pointer: string, mark?: Mark): SourcePlace | undefined {
  const range = rangeOf(source, pointer, mark);
  if (range === undefined) return undefined;
  return { location: locationOfRange(source, range[0], range[1]), excerpt: lineText(source, range[0]) };
}

function located(source: JsonSource, diagnostic: Diagnostic & Pick<Finding, 'mark'>): LocatedDiagnostic {
  const { mark, ...rest } = diagnostic;
  if (mark?.kind === 'elsewhere') {
    const { location, excerpt } = mark;
    return { ...rest, location, ...(excerpt === undefined ? {} : { excerpt }) };
  }
  return { ...rest, ...placeOf(source, rest.pointer, mark) };
}

/** Gives diagnostics their places in the source. */
export function locateAll(source: JsonSource, findings: readonly Finding[]): readonly LocatedDiagnostic[] {
  return findings.map((finding) => located(source, finding));
}
