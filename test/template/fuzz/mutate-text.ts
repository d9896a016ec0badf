import type { JsonValue } from '../../../core/contract/json.ts';
import { isList, isObject } from '../../../core/json/guards.ts';
import { expressions, templates } from './corpus.ts';
import { anything, unfitting } from './generate-value.ts';
import { randomFrom, type Random } from './random.ts';

const extraNames = ['type', 'name', 'only', 'override', '_comment', 'inline', 'a', 'keep_input_artifact'] as const;

const pieces: readonly [string, ...string[]] = [
  ...([
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '/',
    '//',
    '/*',
    '*/',
    "'",
    '`',
    '\0',
    '\t',
    '\r\n',
    '\n',
    '  ',
  ] as const),
  ...['null', 'true', '-', '1e999', '-0', '0.1e-5', '123456789012345678901234567890', '""', '{}', '[]', '"__proto__":'],
  ...['\\u0000', '\\ud800', '\\u', '\\x', '\u2028', '\ufeff', 'é', '😀', '\ud800', '\udfff', '\u0130'],
  ...['{{', '}}', '{{-', '-}}', '{{/*', '*/}}', '{{end}}', '{{else}}', '{{range 5}}', '{{if .}}', '{{define `a`}}'],
  ...['{{user `', '{{template `a`}}', '{{$x := 1}}', '{{.', '|', '(', ')', '%s%99999d', '{{ env `', 'builders'],
];

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Any place, or rather one inside of a name or a text. */
function place(bytes: Buffer, random: Random): number {
  let at = random.below(bytes.length + 1);
  if (random.chance(0.6)) while (at > 0 && !/\w/.test(String.fromCharCode(bytes[at - 1] ?? 0))) at--;
  return at;
}

function edit(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = place(bytes, random);
  const end = Math.min(bytes.length, at + random.below(random.chance(0.2) ? bytes.length : 12));
  const around = (middle: Buffer): Buffer => Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)]);
  const part = (of: Buffer): Buffer => {
    const from = random.below(of.length + 1);
    return of.subarray(from, from + random.below(80));
  };
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]);
    case 1:
      return around(Buffer.alloc(0));
    case 2:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 3:
      return around(part(other));
    case 4:
      return around(Buffer.from(Array.from({ length: random.below(6) }, () => random.below(256))));
    case 5:
      return Buffer.concat([bytes.subarray(0, at), part(bytes), bytes.subarray(at)]);
    case 6:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(escaped(random.pick(expressions) ?? '')),
        bytes.subarray(at),
      ]);
    default:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(pieces)), bytes.subarray(at)]);
  }
}

/** A template of the corpus with a few bytes other than they were. */
export function mutatedTemplate(seed: number, index: number): string {
  const random = randomFrom(seed, index);
  let bytes: Buffer = Buffer.from(random.pick(templates) ?? '');
  for (let edits = random.pick([1, 1, 1, 2, 4, 12]); edits > 0; edits--) {
    bytes = edit(bytes, Buffer.from(random.pick(templates) ?? ''), random);
  }
  return bytes.toString('utf8');
}

/** A part of a value, at any depth, in place of another of its parts. */
function replaced(value: JsonValue, random: Random): JsonValue {
  const part = (): JsonValue => (random.chance(0.5) ? unfitting(random) : anything(random));
  if (random.chance(0.2)) return part();
  if (isList(value)) {
    if (value.length === 0 || random.chance(0.1)) return [...value, part()];
    const at = random.below(value.length);
    return value.map((element, index) => (index === at ? replaced(element, random) : element));
  }
  if (!isObject(value)) return part();
  const names = Object.keys(value);
  const name = random.pick(names);
  if (name === undefined || random.chance(0.1)) return { ...value, [random.pick(extraNames)]: part() };
  return { ...value, [name]: replaced(value[name] ?? null, random) };
}

/** A template of the corpus with a few values other than they were; of a text that is no JSON, the bytes. */
export function changedTemplate(seed: number, index: number): string {
  const random = randomFrom(seed, index);
  const text = random.pick(templates) ?? '';
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return mutatedTemplate(seed, index);
  }
  for (let changes = random.pick([1, 1, 2, 4]); changes > 0; changes--) value = replaced(value, random);
  return JSON.stringify(value, null, 1);
}
