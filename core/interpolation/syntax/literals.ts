import { isUtf8 } from 'node:buffer';
import type { Value } from './value.ts';

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

const escape = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

/** One character or escape: its bytes, or undefined when it is wrong. */
function escaped(
  text: string,
  offset: number,
  quote: string,
): { bytes: Buffer; next: number; rune: number } | undefined {
  if (text[offset] !== '\\') {
    const rune = text.codePointAt(offset);
    if (rune === undefined || text[offset] === quote) return undefined;
    const character = String.fromCodePoint(rune);
    return { bytes: Buffer.from(character), next: offset + character.length, rune };
  }
  escape.lastIndex = offset;
  const found = escape.exec(text);
  if (found === null) return undefined;
  const next = offset + found[0].length;
  const [, simple, hex, short, long, octal] = found;
  if (simple !== undefined) {
    if ((simple === "'" || simple === '"') && simple !== quote) return undefined;
    const rune = simpleEscapes[simple] ?? 0;
    return { bytes: Buffer.of(rune), next, rune };
  }
  const byte =
    hex === undefined ? (octal === undefined ? undefined : Number.parseInt(octal, 8)) : Number.parseInt(hex, 16);
  if (byte !== undefined) return byte > 255 ? undefined : { bytes: Buffer.of(byte), next, rune: byte };
  const rune = Number.parseInt(short ?? long ?? '', 16);
  if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) return undefined;
  return { bytes: Buffer.from(String.fromCodePoint(rune)), next, rune };
}

/** The text that a literal in double quotes or backquotes stands for; undefined when an escape in it is wrong. */
export function unquote(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  if (!inner.includes('\\')) return inner;
  // No escape stands for more bytes than it has itself.
  const room = Buffer.allocUnsafe(Buffer.byteLength(inner));
  let length = 0;
  for (let at = 0; at < inner.length;) {
    const backslash = inner.indexOf('\\', at);
    const plainEnd = backslash < 0 ? inner.length : backslash;
    length += room.write(inner.slice(at, plainEnd), length);
    at = plainEnd;
    if (backslash < 0) break;
    const part = escaped(inner, at, '"');
    if (part === undefined) return undefined;
    length += part.bytes.copy(room, length);
    at = part.next;
  }
  const bytes = room.subarray(0, length);
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** The code point of a constant like 'x'. */
function characterValue(literal: string): bigint | undefined {
  const inner = literal.slice(1, -1);
  const part = escaped(inner, 0, "'");
  return part?.next === inner.length ? BigInt(part.rune) : undefined;
}

export interface NumberLiteral {
  readonly value: Value;
  readonly exact: bigint | undefined;
}

const maximum = 2n ** 63n - 1n;

/** Underscores may stand between digits, and after a prefix like 0x. */
function withoutUnderscores(digits: string): string | undefined {
  if (!digits.includes('_')) return digits;
  const fine = /^[+-]?(?:0[xXoObB](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*)$/.test(digits);
  return fine ? digits.replaceAll('_', '') : undefined;
}

function integerValue(literal: string): bigint | undefined {
  const digits = withoutUnderscores(literal);
  const parts = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(digits ?? '');
  if (parts === null) return undefined;
  const [, sign = '', magnitude = ''] = parts;
  const plain = /^0[0-7]+$/.test(magnitude) ? `0o${magnitude.slice(1)}` : magnitude;
  return sign === '-' ? -BigInt(plain) : BigInt(plain);
}

function hexFloat(literal: string): number | undefined {
  const parts = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(literal);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent] = parts;
  if (whole + fraction === '') return undefined;
  const magnitude = Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -magnitude : magnitude;
}

/** A number as Go reads it in a template; undefined when it is malformed or does not fit. */
export function readNumber(literal: string): NumberLiteral | undefined {
  if (literal.startsWith("'")) {
    const code = characterValue(literal);
    return code === undefined ? undefined : { value: code, exact: code };
  }
  const whole = integerValue(literal);
  if (whole !== undefined) return whole > maximum || whole < -maximum - 1n ? undefined : { value: whole, exact: whole };
  const digits = literal.replaceAll(/(?<=[0-9])_(?=[0-9])/g, '');
  const decimal = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits);
  const float = decimal ? Number(digits) : hexFloat(literal);
  if (float === undefined || !Number.isFinite(float)) return undefined;
  // Without a point or an exponent it is an integer that is written wrong, such as 08.
  if (!/[.eEpP]/.test(literal)) return undefined;
  return { value: float, exact: Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined };
}
