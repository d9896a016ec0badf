import { basename } from 'node:path';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import { errorAt, type Finding, type FindingDetails } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import { nanosecondsToMilliseconds, parseDuration } from './duration.ts';
import { propertiesOf } from './settle.ts';
import { isList, isObject } from '../json/guards.ts';
import { describeValue, weakBoolean, weakInteger, weakNumber, weakText } from './weak-values.ts';

export interface Decoding {
  readonly subject: string;
  readonly findings: Finding[];
  failed: boolean;
}

/** Where a value stands, and how messages call it. */
interface ValuePlace {
  readonly pointer: string;
  readonly name: string;
}

/** Lays one decoded object over another, key by key. */
export function mergeDecoded(under: JsonValue, over: JsonValue): JsonValue {
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, JsonValue> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = before === undefined ? value : mergeDecoded(before, value);
  }
  return merged;
}

/** What a value that does not fit stands for: none. */
function fail(
  decoding: Decoding,
  code: DiagnosticCode,
  pointer: string,
  message: string,
  details: FindingDetails = {},
): JsonValue | undefined {
  decoding.failed = true;
  decoding.findings.push(errorAt(code, pointer, message, details));
  return undefined;
}

function wrongType(
  decoding: Decoding,
  place: ValuePlace,
  wanted: string,
  value: JsonValue,
  hint?: string,
): JsonValue | undefined {
  const message = `"${place.name}" has to be ${wanted}, not ${describeValue(value)}`;
  return fail(decoding, 'OPTION_WRONG_TYPE', place.pointer, message, { hint });
}

/** With `x-any-case`, one of the texts of `enum` may be written in any case. */
function decodeText(property: JsonObject, value: JsonValue): string | undefined {
  const text = weakText(value);
  const choices = property['enum'];
  if (text === undefined || property['x-any-case'] !== true || !isList(choices)) return text;
  const texts = choices.filter((choice) => typeof choice === 'string');
  return texts.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? text;
}

function decodeDuration(value: JsonValue, place: ValuePlace, decoding: Decoding): JsonValue | undefined {
  if (typeof value === 'number') return nanosecondsToMilliseconds(value);
  const milliseconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (milliseconds !== undefined) return milliseconds;
  const message = `"${place.name}" has to be a duration, not ${describeValue(value)}`;
  const unit = typeof value === 'string' && /^\d+$/.test(value) ? `is it seconds? then write "${value}s"` : undefined;
  const hint = unit ?? `${value === '' ? 'leave it out, or ' : ''}write it as "90s", "5m" or "1h30m"`;
  return fail(decoding, 'OPTION_DURATION', place.pointer, message, { hint });
}

function decodeList(
  property: JsonObject,
  value: JsonValue,
  place: ValuePlace,
  decoding: Decoding,
): JsonValue | undefined {
  const items = isObject(property['items']) ? property['items'] : undefined;
  let list: readonly JsonValue[];
  if (isList(value)) list = value;
  else if (typeof value === 'string') list = value === '' ? [] : value.split(',');
  else list = isObject(value) && Object.keys(value).length === 0 ? [] : [value];
  if (items === undefined) return list;
  return list.flatMap((element, index) => {
    const pointer = isList(value) ? `${place.pointer}/${String(index)}` : place.pointer;
    const name = list.length === 1 ? place.name : `${place.name}[${String(index)}]`;
    const decoded = decodeValue(items, element ?? '', { pointer, name }, decoding);
    return decoded === undefined || decoded === null ? [] : [decoded];
  });
}

/** An object with named options of its own; an unknown one is a fault, as at the top. */
function decodeGroup(property: JsonObject, value: JsonObject, place: ValuePlace, decoding: Decoding): JsonValue {
  const properties = propertiesOf(property);
  const folded = new Map(Object.keys(properties).map((name) => [name.toLowerCase(), name]));
  const decoded: Record<string, JsonValue> = {};
  for (const [written, element] of Object.entries(value)) {
    const option = Object.hasOwn(properties, written) ? written : folded.get(written.toLowerCase());
    const inner = option === undefined ? undefined : properties[option];
    const pointer = `${place.pointer}/${pointerToken(written)}`;
    if (option === undefined || inner === undefined) {
      const message = `"${place.name}" of ${decoding.subject} has no option ${JSON.stringify(written)}`;
      const hint = (): string | undefined => nameHint(written, Object.keys(properties));
      fail(decoding, 'OPTION_UNKNOWN', pointer, message, { hint, mark: { kind: 'key' } });
    } else if (element !== null) {
      const result = decodeValue(inner, element, { pointer, name: `${place.name}.${option}` }, decoding);
      if (result !== undefined) decoded[option] = result;
    }
  }
  return decoded;
}

function decodeMap(property: JsonObject, value: JsonObject, place: ValuePlace, decoding: Decoding): JsonValue {
  const values = property['additionalProperties'];
  if (!isObject(values)) return value;
  const decoded: Record<string, JsonValue> = {};
  for (const [key, element] of Object.entries(value)) {
    const inner = { pointer: `${place.pointer}/${pointerToken(key)}`, name: `${place.name}.${key}` };
    const result = decodeValue(values, element ?? '', inner, decoding);
    if (result !== undefined && result !== null) decoded[key] = result;
  }
  return decoded;
}

/** A map from a list of paths, each under the last part of its name. */
function decodePaths(
  property: JsonObject,
  list: readonly JsonValue[],
  place: ValuePlace,
  decoding: Decoding,
): JsonValue | undefined {
  const paths = list.filter((path) => typeof path === 'string');
  if (paths.length < list.length) return wrongType(decoding, place, 'a map, or a list of paths', list);
  const map = Object.fromEntries(paths.map((path) => [basename(path), path]));
  if (Object.keys(map).length === paths.length) return decodeMap(property, map, place, decoding);
  const message = `two paths of "${place.name}" end in the same name`;
  return fail(decoding, 'OPTION_WRONG_TYPE', place.pointer, message, { hint: 'write a map of names and paths' });
}

function decodeObject(
  property: JsonObject,
  value: JsonValue,
  place: ValuePlace,
  decoding: Decoding,
): JsonValue | undefined {
  if (isObject(value)) {
    return 'properties' in property
      ? decodeGroup(property, value, place, decoding)
      : decodeMap(property, value, place, decoding);
  }
  const isMap = !('properties' in property) || property['x-map'] === true;
  if (isMap && isList(value) && value.every(isObject)) {
    return decodeObject(property, Object.assign({}, ...value) as JsonObject, place, decoding);
  }
  if (property['x-from-paths'] === true && isList(value)) return decodePaths(property, value, place, decoding);
  const only = property['x-from-text'];
  if (typeof only === 'string' && typeof value === 'string') {
    return decodeGroup(property, { [only]: value }, place, decoding);
  }
  return wrongType(decoding, place, 'an object', value);
}

/**
 * One value in the type that its schema wants: text from numbers and booleans; numbers and booleans from text;
 * lists from text with commas and from a single value; with `x-from-paths` a map from a list of paths, each under the
 * last part of its name; with `x-from-text` an object from the text of its one option; a map, which with `x-map` an object
 * with options of its own is too, from a list of objects; durations from text, or from a number of nanoseconds.
 * Null is an empty text for a number or boolean, undefined a fault (`decoding.failed`).
 */
export function decodeValue(
  property: JsonObject,
  value: JsonValue,
  place: ValuePlace,
  decoding: Decoding,
): JsonValue | undefined {
  if (property['x-format'] === 'duration') return decodeDuration(value, place, decoding);
  switch (property['type']) {
    case 'string':
      return decodeText(property, value) ?? wrongType(decoding, place, 'text', value);
    case 'boolean':
      if (value === '') return null;
      return weakBoolean(value) ?? wrongType(decoding, place, 'true or false', value);
    case 'integer':
      if (value === '') return null;
      return weakInteger(value) ?? wrongType(decoding, place, 'a whole number', value);
    case 'number':
      if (value === '') return null;
      return weakNumber(value) ?? wrongType(decoding, place, 'a number', value);
    case 'array':
      return decodeList(property, value, place, decoding);
    case 'object':
      return decodeObject(property, value, place, decoding);
    default:
      return value;
  }
}
