import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import { errorAt, type Finding, type FindingDetails } from '../diagnostics/finding.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { nanosecondsToMilliseconds, parseDuration } from '../schema/duration.ts';
import { isList, isObject } from '../json/guards.ts';
import { describeValue, weakText } from '../schema/weak-values.ts';
import { pointerToken } from '../diagnostics/pointer.ts';

/** The engine's own keys of one object of the template; complaints go to `findings`. */
export interface Fields {
  readonly object: JsonObject;
  readonly pointer: string;
  readonly findings: Finding[];
  /** Names as written that were read. */
  readonly used: Set<string>;
}

interface Field {
  readonly pointer: string;
  readonly value: JsonValue;
}

/** The name by which Packer's own code calls a key: of two that differ in case, that one counts. */
function preferredName(name: string): string {
  return /^[a-z]+$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

/** Undefined when the key is missing or null. */
function field(fields: Fields, name: string): Field | undefined {
  const preferred = preferredName(name);
  const keys = Object.keys(fields.object);
  const key =
    [preferred, name].find((candidate) => Object.hasOwn(fields.object, candidate)) ??
    keys.find((candidate) => candidate.toLowerCase() === name);
  if (key === undefined) return undefined;
  fields.used.add(key);
  const value = fields.object[key];
  return value === undefined || value === null
    ? undefined
    : { pointer: `${fields.pointer}/${pointerToken(key)}`, value };
}

export function complain(
  fields: Pick<Fields, 'findings'>,
  code: DiagnosticCode,
  pointer: string,
  message: string,
  details: FindingDetails = {},
): void {
  fields.findings.push(errorAt(code, pointer, message, details));
}

function wrongType(fields: Fields, { pointer, value }: Field, name: string, wanted: string): void {
  const hint = typeof value === 'string' && value.includes('{{') ? `"${name}" cannot use variables` : undefined;
  const message = `"${name}" has to be ${wanted}, not ${describeValue(value)}`;
  complain(fields, 'TEMPLATE_WRONG_TYPE', pointer, message, { hint, mark: { kind: 'written' } });
}

/** Text only, as Packer reads post-processors and the top of the template. */
export function textField(fields: Fields, name: string): string | undefined {
  const found = field(fields, name);
  if (found === undefined) return undefined;
  if (typeof found.value === 'string') return found.value;
  wrongType(fields, found, name, 'text');
  return undefined;
}

/** Text, or a number or boolean taken as text, as Packer reads builders and provisioners. */
export function weakTextField(fields: Fields, name: string): string | undefined {
  const found = field(fields, name);
  if (found === undefined) return undefined;
  const text = weakText(found.value);
  if (text === undefined) wrongType(fields, found, name, 'text');
  return text;
}

/** A boolean, or a text with variables that is to become one. */
export function booleanField(fields: Fields, name: string): boolean | string | undefined {
  const found = field(fields, name);
  if (found === undefined) return undefined;
  if (typeof found.value === 'boolean') return found.value;
  if (typeof found.value === 'string' && found.value.includes('{{')) return found.value;
  wrongType(fields, found, name, 'true or false');
  return undefined;
}

export function listField(
  fields: Fields,
  name: string,
): { readonly pointer: string; readonly list: readonly JsonValue[] } {
  const found = field(fields, name);
  if (found === undefined) return { pointer: `${fields.pointer}/${name}`, list: [] };
  if (isList(found.value)) return { pointer: found.pointer, list: found.value };
  wrongType(fields, found, name, 'a list');
  return { pointer: found.pointer, list: [] };
}

export function objectField(fields: Fields, name: string): { readonly pointer: string; readonly object: JsonObject } {
  const found = field(fields, name);
  if (found === undefined) return { pointer: `${fields.pointer}/${name}`, object: {} };
  if (isObject(found.value)) return { pointer: found.pointer, object: found.value };
  wrongType(fields, found, name, 'an object');
  return { pointer: found.pointer, object: {} };
}

/** A list of texts. */
export function textsField(fields: Fields, name: string): readonly string[] {
  const { pointer, list } = listField(fields, name);
  return list.flatMap((value, index) => {
    if (typeof value === 'string') return [value];
    if (value !== null) wrongType(fields, { pointer: `${pointer}/${String(index)}`, value }, name, 'a list of texts');
    return [];
  });
}

/** A list of texts, or one text by itself; numbers and booleans count as text. */
export function weakTextsField(fields: Fields, name: string): readonly string[] {
  const found = field(fields, name);
  if (found === undefined || (isObject(found.value) && Object.keys(found.value).length === 0)) return [];
  const list = isList(found.value) ? found.value : [found.value];
  return list.flatMap((value) => {
    const text = value === null ? '' : weakText(value);
    if (text === undefined) wrongType(fields, { ...found, value }, name, 'a list of builder names');
    return text === undefined ? [] : [text];
  });
}

/** A map, or a list of maps merged into one, nulls left out; undefined for anything else. */
export function weakMap(value: JsonValue): JsonObject | undefined {
  if (isObject(value)) return value;
  if (!isList(value)) return undefined;
  const parts = value.map((part) => (part === null ? {} : weakMap(part)));
  return parts.includes(undefined) ? undefined : (Object.assign({}, ...parts) as JsonObject);
}

/** A map; a list of objects is merged into one. */
export function weakObjectField(
  fields: Fields,
  name: string,
): { readonly pointer: string; readonly object: JsonObject } {
  const found = field(fields, name);
  if (found === undefined) return { pointer: `${fields.pointer}/${name}`, object: {} };
  const map = weakMap(found.value);
  if (map !== undefined) return { pointer: found.pointer, object: map };
  wrongType(fields, found, name, 'an object');
  return { pointer: found.pointer, object: {} };
}

/** Milliseconds; 0 when the key is missing. Not a template: variables are not filled in here. */
export function durationField(fields: Fields, name: string): number {
  const found = field(fields, name);
  if (found === undefined) return 0;
  const { value, pointer } = found;
  if (typeof value === 'number') return nanosecondsToMilliseconds(value);
  if (typeof value === 'boolean') return 0;
  if (typeof value !== 'string') {
    wrongType(fields, found, name, 'a duration');
    return 0;
  }
  const milliseconds = parseDuration(value);
  if (milliseconds !== undefined) return milliseconds;
  complain(fields, 'OPTION_DURATION', pointer, `"${name}" has to be a duration, not ${describeValue(value)}`, {
    mark: { kind: 'written' },
    hint: value.includes('{{')
      ? `"${name}" cannot use variables, in Packer either`
      : 'write it as "90s", "5m" or "1h30m"',
  });
  return 0;
}

/** The key exists, whatever it holds (null counts as missing). */
export function anyField(fields: Fields, name: string): Field | undefined {
  return field(fields, name);
}

/** What none of the functions above has read. */
export function unusedFields(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields.object).filter(([key]) => !fields.used.has(key)));
}
