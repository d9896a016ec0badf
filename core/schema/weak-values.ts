import type { JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

/** How mapstructure's weak decoding, which Packer uses, understands values of other types. */

const LONGEST_SHOWN = 60;

/** "a list", "the text \"x\"": how messages name a value that does not fit. */
export function describeValue(value: JsonValue): string {
  if (isList(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (isObject(value)) return 'an object';
  if (value === null) return 'null';
  if (typeof value !== 'string') return `the ${typeof value} ${JSON.stringify(value)}`;
  // Never a piece of it: of a secret that is cut nobody could tell any more that it is one.
  return value.length > LONGEST_SHOWN ? `a text of ${value.length} characters` : `the text ${JSON.stringify(value)}`;
}

/** A number as Go writes it: never with an exponent. */
function numberText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return Object.is(value, -0) ? '-0' : text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 100 });
}

/** Texts, numbers and booleans as text; undefined for anything else. */
export function weakText(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return undefined;
}

const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Undefined when the value is no boolean; empty text is the caller's to handle. */
export function weakBoolean(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return undefined;
  return truths.has(value) ? true : falsehoods.has(value) ? false : undefined;
}

function integerFromText(text: string): number | undefined {
  const match = /^([+-]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/.exec(
    text.replaceAll('_', ''),
  );
  if (match === null) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const count = hexadecimal
    ? parseInt(hexadecimal, 16)
    : binary
      ? parseInt(binary, 2)
      : octal
        ? parseInt(octal, 8)
        : Number(decimal);
  return sign === '-' ? -count : count;
}

/** Whole numbers, and texts that are one in Go's syntax (0x, 0o, 0b and leading-zero octal included). */
export function weakInteger(value: JsonValue): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const count = integerFromText(value);
  return Number.isSafeInteger(count) ? count : undefined;
}

export function weakNumber(value: JsonValue): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)) return undefined;
  const count = Number(value);
  return Number.isFinite(count) ? count : undefined;
}
