import { errorAt, type Finding } from '../diagnostics/finding.ts';
import type { JsonValue } from '../contract/json.ts';
import { parseJson } from './json-parser.ts';
import type { JsonFault, JsonNode } from './json-tokens.ts';
import { lineIndex, startsOfLines } from './lines.ts';
import { pointerToken } from '../diagnostics/pointer.ts';

/** A JSON file with its places. Offsets count UTF-16 code units of `text`, which has no byte order mark. */
export interface JsonSource {
  /** As the user wrote it; "<stdin>" for standard input. For messages. */
  readonly label: string;
  readonly text: string;
  /** Undefined when the text could not be read as JSON; `findings` say why. */
  readonly tree: JsonNode | undefined;
  readonly value: JsonValue | undefined;
  readonly findings: readonly Finding[];
}

/** Complaints of one kind beyond this number tell the reader nothing new. */
const MOST = 100;

function syntaxHint(text: string, offset: number, length: number): string | undefined {
  if (text[offset] === "'") return 'JSON has double quotes only';
  const blamed = text.slice(offset, offset + length);
  if (!blamed.startsWith('{{') || !blamed.endsWith('}}')) return undefined;
  return `put it in double quotes: "${blamed.replaceAll('"', '`')}"`;
}

function syntaxFinding(text: string, { kind, message, offset, length }: JsonFault): Finding {
  return errorAt(
    kind === 'depth' ? 'JSON_TOO_DEEP' : 'JSON_SYNTAX',
    '',
    text.trim() === '' ? 'the file is empty' : message,
    {
      mark: { kind: 'range', start: offset, end: offset + length },
      hint: syntaxHint(text, offset, length),
    },
  );
}

function keyRange(key: JsonNode): { readonly kind: 'range'; readonly start: number; readonly end: number } {
  return { kind: 'range', start: key.offset, end: key.offset + key.length };
}

function duplicateKeys(node: JsonNode, pointer: string, lineOf: (offset: number) => number): readonly Finding[] {
  const seen = new Map<string, JsonNode>();
  const findings: Finding[] = [];
  for (const property of node.children ?? []) {
    const key = property.children?.[0];
    const name = String(key?.value);
    const before = seen.get(name);
    if (key === undefined || findings.length >= MOST) continue;
    if (before === undefined) seen.set(name, key);
    else {
      const message = `the name ${JSON.stringify(name)} is there twice in one object, first on line ${String(lineOf(before.offset))}`;
      findings.push(
        errorAt('JSON_DUPLICATE_KEY', `${pointer}/${pointerToken(name)}`, message, { mark: keyRange(key) }),
      );
    }
  }
  return findings;
}

/** Complaints about a tree that its grammar does not make. */
function treeFindings(root: JsonNode, lineOf: (offset: number) => number): readonly Finding[] {
  const findings: Finding[] = [];
  const pending: { node: JsonNode; pointer: string }[] = [{ node: root, pointer: '' }];
  for (let next = pending.pop(); next !== undefined && findings.length < MOST; next = pending.pop()) {
    const { node, pointer } = next;
    if (node.type === 'object') {
      findings.push(...duplicateKeys(node, pointer, lineOf));
      for (const property of node.children ?? []) {
        const [key, value] = property.children ?? [];
        if (key !== undefined && value !== undefined) {
          pending.push({ node: value, pointer: `${pointer}/${pointerToken(String(key.value))}` });
        }
      }
    } else if (node.type === 'array') {
      for (const [index, child] of (node.children ?? []).entries()) {
        pending.push({ node: child, pointer: `${pointer}/${String(index)}` });
      }
    } else if (node.type === 'number' && !Number.isFinite(Number(node.value))) {
      findings.push(errorAt('JSON_NUMBER_RANGE', pointer, 'the number is too large'));
    }
  }
  return findings;
}

/** The value of a node; a name "__proto__" is a name like any other. */
function valueOf(node: JsonNode): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value ?? null;
  const value: Record<string, JsonValue> = {};
  for (const property of node.children ?? []) {
    const [key, element] = property.children ?? [];
    if (key === undefined || element === undefined) continue;
    const name = String(key.value);
    if (name === '__proto__') Object.defineProperty(value, name, { value: valueOf(element), enumerable: true });
    else value[name] = valueOf(element);
  }
  return value;
}

/** Reads JSON with comments and trailing commas. Never throws: what is wrong is in `findings`. */
export function parseJsonSource(label: string, bytes: string): JsonSource {
  const text = bytes.startsWith('\uFEFF') ? bytes.slice(1) : bytes;
  const { tree, faults } = parseJson(text);
  if (tree === undefined || faults.length > 0) {
    const findings = faults.map((fault) => syntaxFinding(text, fault));
    return { label, text, tree: undefined, value: undefined, findings };
  }
  let starts: readonly number[] | undefined;
  const lineOf = (offset: number): number => lineIndex((starts ??= startsOfLines(text)), offset) + 1;
  const findings = treeFindings(tree, lineOf);
  return { label, text, tree, value: valueOf(tree), findings };
}
