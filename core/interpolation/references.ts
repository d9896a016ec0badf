import { tokenize, type Token } from './syntax/lexer.ts';
import { unquote } from './syntax/literals.ts';

/** A call of `user` with a literal name. */
export interface UserReference {
  readonly name: string;
  /** Of the name's literal, quotes included, in UTF-16 code units. */
  readonly offset: number;
  readonly length: number;
}

export interface DotExpression {
  readonly offset: number;
  readonly length: number;
}

// Packer's own rule, `\{\{\s?\.(.*?)\s?\}\}`, which also takes in what is not a field: `{{ . | upper }}`. The end is
// searched apart: as one pattern it would go through the rest of the text for each start.
const dotStart = /\{\{[ \t\r\n\f]?\./g;

/** Expressions that start with a dot, whole, as Packer sets them aside while it works out variables. */
export function dotExpressions(text: string): DotExpression[] {
  const found: DotExpression[] = [];
  let [end, lineEnd] = [-1, -1];
  for (const start of text.matchAll(dotStart)) {
    const inside = start.index + start[0].length;
    if (start.index < (found.at(-1)?.offset ?? 0) + (found.at(-1)?.length ?? 0)) continue;
    if (end < inside) end = text.indexOf('}}', inside);
    if (end < 0) break;
    if (lineEnd < inside) lineEnd = text.indexOf('\n', inside);
    if (lineEnd < 0) lineEnd = text.length;
    // One line end may stand right before the delimiter.
    if (lineEnd >= end - 1) found.push({ offset: start.index, length: end + 2 - start.index });
  }
  return found;
}

/** Whether a text has an expression that starts with a dot, so that it needs data. */
export function hasDotReference(text: string): boolean {
  return text.includes('{{') && dotExpressions(text).length > 0;
}

type Called = 'user' | 'data';

function referenceAt(tokens: readonly Token[], index: number, callee: Called): UserReference | undefined {
  const [called, space, name] = tokens.slice(index, index + 3);
  if (called?.kind !== 'identifier' || called.text !== callee) return undefined;
  const literal = space?.kind === 'space' ? name : space;
  const value = literal?.kind === 'string' ? unquote(literal.text) : undefined;
  return literal === undefined || value === undefined
    ? undefined
    : { name: value, offset: literal.offset, length: literal.length };
}

function referencesOf(text: string, callee: Called): UserReference[] {
  if (!text.includes('{{') || !text.includes(callee)) return [];
  const tokens = tokenize(text);
  return tokens.map((_, index) => referenceAt(tokens, index, callee)).filter((reference) => reference !== undefined);
}

/**
 * Calls like ``{{ user `name` }}`` in the order of the text, wherever in an expression they stand; of a malformed text
 * those before the fault. Names that are computed are left out.
 */
export function userReferences(text: string): UserReference[] {
  return referencesOf(text, 'user');
}

/** Names of the data sources that calls like ``{{ data `name.output` }}`` ask for, by the rules of `userReferences`. */
export function dataReferences(text: string): readonly string[] {
  return referencesOf(text, 'data').map(({ name }) => name.split('.', 1).join(''));
}
