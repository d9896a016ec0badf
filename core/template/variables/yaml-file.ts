import { isAlias, isMap, isScalar, parseDocument, type Document } from 'yaml';
import { errorAt, type Finding } from '../../diagnostics/finding.ts';
import type { GivenVariables, GivenVariable } from './given-variable.ts';
import { type JsonSource } from '../json-source.ts';
import { pointerToken } from '../../diagnostics/pointer.ts';
import { lineText, locateAll, locationOfRange } from '../locate.ts';

/** What the YAML library's nodes have in common. */
type Ranged = { readonly range?: readonly [number, number, number] | null } | null | undefined;

function rangeOf(node: unknown): readonly [number, number] {
  const [start, end] = (node as Ranged)?.range ?? [0, 0];
  return [start, Math.max(end, start + 1)];
}

function markOf(node: unknown): { readonly kind: 'range'; readonly start: number; readonly end: number } {
  const [start, end] = rangeOf(node);
  return { kind: 'range', start, end };
}

/** A value as text: of numbers and the like what is written, as `1.10`; undefined for lists and maps. */
function textOf(node: unknown, document: Document): string | undefined {
  if (node === null || node === undefined) return '';
  const scalar = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(scalar)) return undefined;
  if (scalar.value === null) return '';
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? JSON.stringify(scalar.value));
}

function given(source: JsonSource, name: string, value: string, node: unknown): GivenVariable {
  const [start, end] = rangeOf(node);
  const quoted = /["']/.test(source.text.charAt(start));
  const from = quoted ? start + 1 : start;
  return {
    name,
    value,
    place: () => ({ location: locationOfRange(source, from, end), excerpt: lineText(source, from) }),
  };
}

function faults(document: Document.Parsed): readonly Finding[] {
  return document.errors.map(({ message, pos: [start, end] }) =>
    errorAt('VARIABLE_FILE_YAML', '', message.split('\n', 1).join(''), {
      mark: { kind: 'range', start, end: Math.max(end, start + 1) },
    }),
  );
}

function read(source: JsonSource): {
  readonly variables: readonly GivenVariable[];
  readonly findings: readonly Finding[];
} {
  const document = parseDocument(source.text, { prettyErrors: false, logLevel: 'error' });
  const { contents } = document;
  if (document.errors.length > 0) return { variables: [], findings: faults(document) };
  if (contents === null) return { variables: [], findings: [] };
  if (!isMap(contents)) {
    const message = 'a variable file in YAML is one map of names and texts';
    return { variables: [], findings: [errorAt('VARIABLE_FILE_NOT_OBJECT', '', message, { mark: markOf(contents) })] };
  }
  const findings: Finding[] = [];
  const variables = contents.items.flatMap(({ key, value }) => {
    const name = textOf(key, document);
    const text = textOf(value, document);
    if (name !== undefined && text !== undefined) return [given(source, name, text, value ?? key)];
    const message = name === undefined ? 'a variable’s name is text' : `the variable "${name}" is not text`;
    const pointer = name === undefined ? '' : `/${pointerToken(name)}`;
    findings.push(errorAt('VARIABLE_NOT_TEXT', pointer, message, { mark: markOf(name === undefined ? key : value) }));
    return [];
  });
  return { variables, findings };
}

/** Reads a map of names and texts in YAML. Numbers, booleans and dates count as the text that is written. */
export function readYamlFile(label: string, text: string): GivenVariables {
  const source: JsonSource = {
    label,
    text: text.replace(/^\uFEFF/, ''),
    tree: undefined,
    value: undefined,
    findings: [],
  };
  try {
    const { variables, findings } = read(source);
    return { given: variables, diagnostics: locateAll(source, findings) };
  } catch (error) {
    // The library calls itself for each level of nesting.
    if (!(error instanceof RangeError)) throw error;
    const finding = errorAt('VARIABLE_FILE_YAML', '', 'the file is nested too deep', {
      mark: { kind: 'range', start: 0, end: 1 },
    });
    return { given: [], diagnostics: locateAll(source, [finding]) };
  }
}
