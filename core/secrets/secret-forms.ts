/** Shorter texts are found by chance in other words once they are cut to what Base64 leaves whole. */
const SHORTEST_DERIVED = 6;
/** A shorter line or element of a longer secret ("}", "---") says nothing and is found everywhere. */
const SHORTEST_LINE = 8;
/** How many characters one that is not a letter or digit may become: "%25E2", "\\\\\\\\u0026". */
const LONGEST_CHARACTER = 15;
/** A shorter anchor is in so many texts that it saves nothing. */
const SHORTEST_ANCHOR = 3;
/** Columns at which `base64` and PEM break lines. */
const BASE64_WIDTHS = [76, 64];

/** A piece of a regular expression that finds a secret in one of the forms in which programs write it. */
export interface SecretForm {
  readonly pattern: string;
  /** A piece that is in each text that `pattern` finds, and quickly looked for. */
  readonly anchor: string;
  /** No text that it finds is longer, in UTF-16 code units. */
  readonly longest: number;
}

const entities: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
const shortEscapes: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Hexadecimal digits in either case. */
function eitherCase(hex: string): string {
  return hex.replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function hexOf(number: number, digits: number): string {
  return eitherCase(number.toString(16).padStart(digits, '0'));
}

/** As `%C3%B6`, encoded once or twice. */
function urlForms(character: string): readonly string[] {
  const bytes = [...Buffer.from(character.toWellFormed())].map((byte) => `%(?:25)?${hexOf(byte, 2)}`).join('');
  return character === ' ' ? [bytes, '\\+'] : [bytes];
}

/** As JSON and programming languages write it in a text, and in a text of a text: `\n`, `\u00f6`, `\\u00f6`, `\xf6`. */
function escapedForms(character: string): readonly string[] {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const unicode = units.map((unit) => `\\\\{1,8}u${hexOf(unit, 4)}`).join('');
  const [only = 0] = units;
  const short = shortEscapes[character];
  return [
    unicode,
    ...(units.length === 1 && only < 0x100 ? [`\\\\{1,8}x${hexOf(only, 2)}`] : []),
    ...(short === undefined ? [] : [`\\\\{1,8}${short}`]),
  ];
}

function htmlForms(character: string): readonly string[] {
  const code = character.codePointAt(0) ?? 0;
  const name = entities[character];
  return [`&#${code};`, `&#x${hexOf(code, 2)};`, ...(name === undefined ? [] : [`&${name};`])];
}

/** The character itself; with backslashes before it, as shells and JSON want some. */
function plainForms(character: string): readonly string[] {
  if (character === '\\') return ['\\\\{1,8}'];
  if (character === '\n') return ['\\r?\\n'];
  const plain = `\\\\{0,7}${literally(character)}`;
  return character === "'" ? [`'\\\\{1,2}''`, `'\\\\?"'\\\\?"'`, plain] : [plain];
}

/** The longest piece of letters and digits: they are written as they are everywhere. */
function anchorOf(text: string, pattern: string): string {
  const [longest = ''] = (text.match(/[A-Za-z0-9]+/g) ?? []).sort((a, b) => b.length - a.length);
  return longest.length < SHORTEST_ANCHOR ? pattern : longest;
}

/** Finds the text however each of its characters is written: in JSON, a shell, a URL, HTML, or some of it in each. */
function asWritten(text: string): SecretForm {
  const isLong = text.length >= SHORTEST_DERIVED;
  let longest = 0;
  const patterns = Array.from(text, (character) => {
    if (/^[A-Za-z0-9]$/.test(character)) {
      longest += 1;
      return character;
    }
    longest += LONGEST_CHARACTER * character.length;
    const forms = [
      ...escapedForms(character),
      ...htmlForms(character),
      ...(isLong ? urlForms(character) : []),
      ...plainForms(character),
    ];
    return `(?:${forms.join('|')})`;
  });
  const pattern = patterns.join('');
  return { pattern, anchor: anchorOf(text, pattern), longest };
}

/** The Base64 of the bytes as it appears inside the Base64 of a longer text, at each of the three places in a group. */
function base64Of(value: Buffer): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), value]);
    // The first and the last group mix in the neighbours' bits.
    const from = Math.ceil((before * 4) / 3);
    const to = Math.floor((bytes.length * 4) / 3);
    return bytes.toString('base64').slice(from, to);
  });
}

/** In both alphabets of Base64, in a URL too. */
function base64Form(text: string): SecretForm {
  const pattern = text.replaceAll('+', '(?:[+-]|%2[Bb])').replaceAll('/', '(?:\\\\?/|_|%2[Ff])');
  return { pattern, anchor: anchorOf(text, pattern), longest: 3 * text.length };
}

/** The lines of the Base64 of a secret that begins it: the others depend on what is before. */
function wrapped(text: string): readonly string[] {
  return BASE64_WIDTHS.filter((width) => text.length > width).flatMap((width) =>
    Array.from({ length: Math.ceil(text.length / width) }, (_, line) => text.slice(line * width, (line + 1) * width)),
  );
}

function derivedForms(value: string): readonly SecretForm[] {
  if (value.length < SHORTEST_DERIVED) return [];
  const bytes = Buffer.from(value);
  const [first = '', ...others] = base64Of(bytes);
  const lines = wrapped(first).filter((line) => line.length >= SHORTEST_LINE);
  const hex = bytes.toString('hex');
  return [
    ...[first, ...others, ...lines].map(base64Form),
    ...[hex, hex.toUpperCase()].map((pattern) => ({ pattern, anchor: pattern, longest: pattern.length })),
  ];
}

/** A secret, its lines, and the elements of the list that an option makes of a text with commas. */
function withParts(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  const parts = [...lines, ...value.split(',')].map((part) => part.trim());
  return [...new Set([value, ...parts.filter((part) => part.length >= SHORTEST_LINE)])];
}

/** All forms of a secret, of its lines and of its elements; none of an empty one. */
export function formsOf(value: string): readonly SecretForm[] {
  if (value === '') return [];
  return withParts(value).flatMap((text) => [asWritten(text), ...derivedForms(text)]);
}
