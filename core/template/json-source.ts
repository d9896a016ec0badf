import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { errorAt, type Finding } from '../diagnostics/finding.ts';
import type { JsonValue } from '../run/json.ts';

/** A JSON file with its places. Offsets count UTF-16 code units of `text`, which has no byte order mark. */
export interface JsonSource {
  /** As the user wrote it; "<stdin>" for standard input. For messages. */
  readonly label: string;
  readonly text: string;
  /** Undefined when the text could not be read as JSON; `findings` say why. */
  readonly tree: Node | undefined;
  readonly value: JsonValue | undefined;
  readonly findings: readonly Finding[];
}

const DEEPEST = 256;
/** Complaints of one kind beyond this number tell the reader nothing new. */
const MOST = 100;

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'a name in double quotes was expected here',
  ValueExpected: 'a value was expected here',
  ColonExpected: 'a colon was expected after the name',
  CommaExpected: 'a comma was expected before this',
  CloseBraceExpected: 'an object is not closed: } was expected here',
  CloseBracketExpected: 'a list is not closed: ] was expected here',
  EndOfFileExpected: 'the JSON value had ended before this',
  InvalidCommentToken: 'this is not a comment',
  UnexpectedEndOfComment: 'a comment is not closed',
  UnexpectedEndOfString: 'a text is not closed on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'a \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this escape does not exist in JSON; a backslash itself is written \\\\',
  InvalidCharacter: 'a control character has to be escaped, a tab as \\t',
};

/** Offset of the bracket that opens a level too deep. Iterative, since the parser behind it is recursive. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"' && text[at] !== '\n'; at++) if (text[at] === '\\') at++;
    } else if (character === '/' && text[at + 1] === '/') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === '/' && text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2);
      at = end < 0 ? text.length : end + 1;
    } else if (character === '{' || character === '[') {
      if (++depth > DEEPEST) return at;
    } else if (character === '}' || character === ']') depth--;
  }
  return undefined;
}

function syntaxFinding(text: string, error: ParseError): Finding {
  const start = Math.min(error.offset, text.length);
  const name = printParseErrorCode(error.error);
  const message = text.trim() === '' ? 'the file is empty' : (syntaxMessages[name] ?? 'this is not JSON');
  return errorAt('JSON_SYNTAX', '', message, {
    mark: { kind: 'range', start, end: start + Math.max(1, error.length) },
    hint: text[start] === "'" ? 'JSON has double quotes only' : undefined,
  });
}

function syntaxFindings(text: string, errors: readonly ParseError[]): readonly Finding[] {
  const first = errors[0];
  // What follows the first error is mostly its echo; only an error on a later line is worth a complaint of its own.
  const later = errors.find((error) => first !== undefined && text.slice(first.offset, error.offset).includes('\n'));
  return [first, later].filter((error) => error !== undefined).map((error) => syntaxFinding(text, error));
}

function keyRange(key: Node): { readonly kind: 'range'; readonly start: number; readonly end: number } {
  return { kind: 'range', start: key.offset, end: key.offset + key.length };
}

function duplicateKeys(node: Node, pointer: string, lineOf: (offset: number) => number): readonly Finding[] {
  const seen = new Map<string, Node>();
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
function treeFindings(root: Node, lineOf: (offset: number) => number): readonly Finding[] {
  const findings: Finding[] = [];
  const pending: { node: Node; pointer: string }[] = [{ node: root, pointer: '' }];
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
    } else if (node.type === 'number' && !Number.isFinite(node.value)) {
      findings.push(errorAt('JSON_NUMBER_RANGE', pointer, 'the number is too large'));
    }
  }
  return findings;
}

/** A name as one reference token of an RFC 6901 pointer. */
export function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value of a node; a name "__proto__" is a name like any other. */
function valueOf(node: Node): JsonValue {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as JsonValue;
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
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const message = `objects and lists are nested more than ${String(DEEPEST)} deep`;
    const mark = { kind: 'range', start: deep, end: deep + 1 } as const;
    const findings = [errorAt('JSON_TOO_DEEP', '', message, { mark })];
    return { label, text, tree: undefined, value: undefined, findings };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  if (tree === undefined || errors.length > 0) {
    const findings = syntaxFindings(text, errors);
    return { label, text, tree: undefined, value: undefined, findings };
  }
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const findings = treeFindings(tree, lineOf);
  return { label, text, tree, value: valueOf(tree), findings };
}
