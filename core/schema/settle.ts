import type { JsonObject, JsonValue } from '../contract/json.ts';
import { parseDuration } from './duration.ts';
import { isList, isObject } from '../json/guards.ts';

/** What became of a decoded configuration: which options count as given, and the defaults of the others. */

type Properties = Readonly<Record<string, JsonObject>>;

export function propertiesOf(schema: JsonObject): Properties {
  const properties = schema['properties'];
  if (!isObject(properties)) return {};
  return properties as Properties;
}

function copy(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(copy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, copy(element)]));
}

/** A fresh copy of a property's default in its decoded form; undefined when it has none. */
export function defaultOf(property: JsonObject): JsonValue | undefined {
  const fallback = property['default'];
  if (fallback === undefined) return undefined;
  if (property['x-format'] === 'duration' && typeof fallback === 'string') return parseDuration(fallback);
  return copy(fallback);
}

/** Packer's options are fields of Go, where nothing tells these from what was never set. */
function isEmpty(value: JsonValue): boolean {
  if (value === '' || value === 0) return true;
  return typeof value === 'object' && (value === null || Object.keys(value).length === 0);
}

function isGiven(property: JsonObject, value: JsonValue): boolean {
  const empties = property['x-not-given'];
  return isList(empties) ? value !== null && !empties.includes(value) : !isEmpty(value);
}

const none: ReadonlySet<string> = new Set();

/** Goes on into the options of objects, wherever they are; what else lists and maps hold is left as it is. */
function inside(
  property: JsonObject,
  value: JsonValue,
  named: (properties: Properties, value: JsonObject) => JsonValue,
): JsonValue {
  const { items, additionalProperties: values } = property;
  if (isList(value)) return isObject(items) ? value.map((element) => inside(items, element, named)) : value;
  if (!isObject(value)) return value;
  if ('properties' in property) return named(propertiesOf(property), value);
  if (!isObject(values)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, inside(values, element, named)]));
}

/**
 * The options that count as given: not an empty text, 0, an empty list or object, nor what `x-not-given` lists instead.
 * Of `deferred` ones nothing is known yet: they are given.
 */
export function givenOptions(
  properties: Properties,
  value: JsonObject,
  deferred: ReadonlySet<string> = none,
): Record<string, JsonValue> {
  const given: Record<string, JsonValue> = {};
  for (const [option, element] of Object.entries(value)) {
    const property = properties[option];
    if (property === undefined) continue;
    const settled = inside(property, element, givenOptions);
    if (deferred.has(option) ? settled !== null : isGiven(property, settled)) given[option] = settled;
  }
  return given;
}

/** Options that were decoded, with the defaults of those that are not there. */
export function withDefaults(properties: Properties, value: JsonObject): Record<string, JsonValue> {
  const whole: Record<string, JsonValue> = {};
  for (const [option, property] of Object.entries(properties)) {
    const element = value[option];
    const settled = element === undefined ? defaultOf(property) : inside(property, element, withDefaults);
    if (settled !== undefined) whole[option] = settled;
  }
  return whole;
}
