/** A node of a JSON file's syntax tree. Offsets and lengths count UTF-16 code units. */
export interface JsonNode {
  readonly type: 'object' | 'array' | 'property' | 'string' | 'number' | 'boolean' | 'null';
  readonly offset: number;
  readonly length: number;
  /** Of texts, numbers, booleans and null. */
  readonly value?: string | number | boolean | null;
  /** A property has its name and its value; the latter may be missing in a faulty file. */
  readonly children?: JsonNode[];
}

/** Where a file is not as it should be. */
export interface JsonFault {
  readonly kind: 'syntax' | 'depth';
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

/** A text that is being read. */
export interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  readonly faults: JsonFault[];
  /** End of the line that the last fault is on. */
  faultyLineEnd: number;
}

const MOST_FAULTS = 20;

const plainText = /[^"\\\u0000-\u001f]*/y;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** What ends at a blank or at a sign that JSON has a use for; a text in wrong quotes is one token. */
const token = /'[^'\n]*'|`[^`\n]*`|[^\s,:{}[\]"]+/y;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Notes a fault; of several on one line the first, since the others are mostly its echo. */
export function fault(reader: Reader, offset: number, length: number, message: string): void {
  if (offset <= reader.faultyLineEnd || reader.faults.length === MOST_FAULTS) return;
  const end = reader.text.indexOf('\n', offset);
  reader.faultyLineEnd = end < 0 ? reader.text.length : end;
  reader.faults.push({ kind: 'syntax', message, offset, length });
}

/** What stands at the reader's place, for a fault or a word. */
export function tokenAt(reader: Reader): string {
  token.lastIndex = reader.at;
  return token.exec(reader.text)?.[0] ?? reader.text.charAt(reader.at);
}

/** Blanks and comments. */
export function skipBlank(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const code = text.charCodeAt(reader.at);
    if (code === 32 || code === 10 || code === 13 || code === 9) reader.at++;
    else if (code === 47 && text[reader.at + 1] === '/') {
      const end = text.indexOf('\n', reader.at);
      reader.at = end < 0 ? text.length : end;
    } else if (code === 47 && text[reader.at + 1] === '*') {
      const end = text.indexOf('*/', reader.at + 2);
      if (end < 0) fault(reader, reader.at, 2, 'a comment is not closed');
      reader.at = end < 0 ? text.length : end + 2;
    } else return;
  }
}

/** The text of the escape at the reader's place, which is passed. */
function readEscape(reader: Reader): string {
  const { text, at } = reader;
  const sign = text.charAt(at + 1);
  if (sign === 'u') {
    const digits = /^[\da-fA-F]{4}/.exec(text.slice(at + 2, at + 6))?.[0];
    reader.at += digits === undefined ? 2 : 6;
    if (digits !== undefined) return String.fromCharCode(parseInt(digits, 16));
    fault(reader, at, 2, 'a \\u escape needs four hexadecimal digits');
    return '';
  }
  const meant = escapes[sign];
  reader.at += sign === '' || sign === '\n' ? 1 : 2;
  if (meant === undefined) {
    fault(reader, at, 2, 'this escape does not exist in JSON; a backslash itself is written \\\\');
  }
  return meant ?? sign;
}

/** Where the text from `from` to `end` ends without the blanks at its end and a comma before them. */
function endWithoutComma(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && ' \t'.includes(text.charAt(at - 1))) at--;
  return at > from && text[at - 1] === ',' ? at - 1 : at;
}

/** A text, from its first quote. */
export function readText(reader: Reader): JsonNode {
  const { text } = reader;
  const offset = reader.at++;
  let value = '';
  for (;;) {
    plainText.lastIndex = reader.at;
    value += plainText.exec(text)?.[0] ?? '';
    reader.at = plainText.lastIndex;
    const next = text.charAt(reader.at);
    if (next === '\\') value += readEscape(reader);
    else if (next === '"') {
      reader.at++;
      break;
    } else if (next === '' || next === '\n' || next === '\r') {
      fault(reader, offset, reader.at - offset, 'a text is not closed on its line');
      // A comma at the end of the line was rather meant to come after the text.
      reader.at = endWithoutComma(text, offset + 1, reader.at);
      break;
    } else {
      fault(reader, reader.at, 1, 'a control character has to be escaped, a tab as \\t');
      value += next;
      reader.at++;
    }
  }
  return { type: 'string', offset, length: reader.at - offset, value };
}

/** true, false, null, a number, or what was meant to be something like that. */
export function readWord(reader: Reader): JsonNode {
  const offset = reader.at;
  const word = tokenAt(reader);
  reader.at += word.length;
  const place = { offset, length: word.length };
  if (word === 'true' || word === 'false') return { type: 'boolean', ...place, value: word === 'true' };
  if (number.test(word)) return { type: 'number', ...place, value: Number(word) };
  if (word !== 'null') {
    fault(reader, offset, word.length, /^[-+.\d]/.test(word) ? 'this is not a number' : 'this is not a JSON value');
  }
  return { type: 'null', ...place, value: null };
}
