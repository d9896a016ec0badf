const keywords = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
] as const;

type Keyword = (typeof keywords)[number];

type TokenKind =
  | Keyword
  | 'text'
  | '{{'
  | '}}'
  | 'space'
  | '='
  | ':='
  | '|'
  | '('
  | ')'
  | 'punctuation'
  | 'string'
  | 'number'
  | 'complex'
  | 'bool'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'
  | 'error'
  | 'eof';

export interface Token {
  readonly kind: TokenKind;
  /** As written; for kind 'error' the message, for 'text' without what a trim marker takes away. */
  readonly text: string;
  /** UTF-16 code units from the start of the source. */
  readonly offset: number;
  readonly length: number;
}

const spaces = ' \t\r\n';
const spaceRun = /[ \t\r\n]+?(?=[ \t\r\n]-\}\})|[ \t\r\n]+/y;
const rightDelimiter = /(?:[ \t\r\n]-)?\}\}/y;
const word = /[\p{L}\p{Nd}_]+/uy;
const wordCharacter = /[\p{L}\p{Nd}_]/uy;
const fieldOrVariable = /[.$][\p{L}\p{Nd}_]*/uy;
const terminator = /[ \t\r\n.,|:()]|\}\}|$/y;
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/y;
const raw = /`[^`]*`/y;
const character = /'(?:[^'\\\n]|\\[^\n])*'/y;
// Takes in more than a number can be, as Go's lexer does: what is wrong with it shows when it is read.
const numeral =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

function matchAt(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

function skipSpaces(source: string, from: number): number {
  let at = from;
  while (at < source.length && spaces.includes(source.charAt(at))) at++;
  return at;
}

/** By a search from the end: a pattern would begin anew at each space of a long run. */
function withoutSpacesAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && spaces.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function isKeyword(text: string): text is Keyword {
  return keywords.some((keyword) => keyword === text);
}

function quotedToken(source: string, offset: number): [TokenKind, string] {
  const [kind, pattern, what]: [TokenKind, RegExp, string] =
    source[offset] === '"'
      ? ['string', quoted, 'text in double quotes']
      : source[offset] === '`'
        ? ['string', raw, 'text in backquotes']
        : ['number', character, 'character constant'];
  const found = matchAt(pattern, source, offset);
  return found === undefined ? ['error', `this ${what} is not closed`] : [kind, found];
}

function numberToken(source: string, offset: number): [TokenKind, string] {
  const first = matchAt(numeral, source, offset) ?? '';
  const sign = source[offset + first.length];
  const second = sign === '+' || sign === '-' ? (matchAt(numeral, source, offset + first.length) ?? '') : '';
  const all = first + second;
  const ends = matchAt(wordCharacter, source, offset + all.length) === undefined;
  if (!ends || (second !== '' && !second.endsWith('i'))) return ['error', `${JSON.stringify(all)} is not a number`];
  return [second === '' ? 'number' : 'complex', all];
}

function wordToken(source: string, offset: number, found: string): [TokenKind, string] {
  if (matchAt(terminator, source, offset + found.length) === undefined) {
    const next = String.fromCodePoint(source.codePointAt(offset + found.length) ?? 0);
    return ['error', `${JSON.stringify(next)} cannot follow ${JSON.stringify(found)}`];
  }
  if (found === '.') return ['dot', found];
  if (found.startsWith('.')) return ['field', found];
  if (found.startsWith('$')) return ['variable', found];
  if (found === 'true' || found === 'false') return ['bool', found];
  return [isKeyword(found) ? found : 'identifier', found];
}

/** What stands at `offset` inside of an action, right delimiters and parentheses apart. */
function tokenInAction(source: string, offset: number): [TokenKind, string] {
  const next = source.charAt(offset);
  if (next === '') return ['error', 'this action is not closed: "}}" is missing'];
  const space = matchAt(spaceRun, source, offset);
  if (space !== undefined) return ['space', space];
  if (next === '=' || next === '|' || next === '(' || next === ')') return [next, next];
  if (next === ':') return source.startsWith(':=', offset) ? [':=', ':='] : ['error', 'expected ":="'];
  if (next === '"' || next === '`' || next === "'") return quotedToken(source, offset);
  const name =
    next === '.' && /^[0-9]?$/.test(source.charAt(offset + 1)) ? undefined : matchAt(fieldOrVariable, source, offset);
  if (name !== undefined) return wordToken(source, offset, name);
  if (/[.+\-0-9]/.test(next)) return numberToken(source, offset);
  const identifier = matchAt(word, source, offset);
  if (identifier !== undefined) return wordToken(source, offset, identifier);
  if (/[!-~]/.test(next)) return ['punctuation', next];
  return ['error', `${JSON.stringify(String.fromCodePoint(source.codePointAt(offset) ?? 0))} cannot stand here`];
}

function failure(text: string, offset: number, length: number): Token {
  return { kind: 'error', text, offset, length };
}

/** Past a right delimiter, and past the spaces after it if it trims them. */
function pastDelimiter(source: string, offset: number, delimiter: string): number {
  const end = offset + delimiter.length;
  return delimiter.length > 2 ? skipSpaces(source, end) : end;
}

/** Past the comment that starts at `offset`. */
function skipComment(source: string, offset: number): number | Token {
  const end = source.indexOf('*/', offset + 2);
  if (end < 0) return failure('this comment is not closed', offset, 2);
  const close = matchAt(rightDelimiter, source, end + 2);
  if (close === undefined) return failure('a comment ends with "*/}}", with nothing in between', end, 2);
  return pastDelimiter(source, end + 2, close);
}

/** Tokens from `offset` to the action's right delimiter, and where reading goes on. */
function readAction(source: string, open: number, offset: number, tokens: Token[]): number | Token {
  let depth = 0;
  let at = offset;
  for (;;) {
    const close = matchAt(rightDelimiter, source, at);
    if (close !== undefined) {
      if (depth > 0) return failure('a parenthesis is not closed', at, close.length);
      tokens.push({ kind: '}}', text: '}}', offset: at, length: close.length });
      return pastDelimiter(source, at, close);
    }
    const [kind, text] = tokenInAction(source, at);
    if (kind === 'error') return at < source.length ? failure(text, at, 1) : failure(text, open, 2);
    if (kind === '(') depth++;
    if (kind === ')') depth--;
    if (depth < 0) return failure('a parenthesis is closed that was not opened', at, 1);
    tokens.push({ kind, text, offset: at, length: text.length });
    at += text.length;
  }
}

/**
 * Cuts a template text into tokens; the last one is of kind 'eof' or 'error'. Comments are left out, and text is
 * trimmed where a marker (`{{- `, ` -}}`) says so.
 */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const trims = open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    const whole = open < 0 ? source.slice(at) : source.slice(at, open);
    const text = trims ? withoutSpacesAtEnd(whole) : whole;
    if (text !== '') tokens.push({ kind: 'text', text, offset: at, length: text.length });
    if (open < 0) break;
    const inside = open + (trims ? 4 : 2);
    const comment = source.startsWith('/*', inside);
    if (!comment) tokens.push({ kind: '{{', text: '{{', offset: open, length: 2 });
    const next = comment ? skipComment(source, inside) : readAction(source, open, inside, tokens);
    if (typeof next !== 'number') return [...tokens, next];
    at = next;
  }
  tokens.push({ kind: 'eof', text: '', offset: source.length, length: 0 });
  return tokens;
}
