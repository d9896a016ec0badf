import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';

/** Types that decoding sees to (see decode-value.ts). */
const decoded: ReadonlySet<JsonValue> = new Set(['string', 'boolean', 'integer', 'number', 'array', 'object']);
const annotations: ReadonlySet<string> = new Set(['title', 'description', 'default']);

function eachOf(properties: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, constraint(property)]));
}

function constraint(property: JsonValue): JsonValue {
  if (!isObject(property)) return property;
  if (property['x-format'] === 'duration') return true;
  const kept = Object.entries(property).flatMap(([keyword, value]): [string, JsonValue][] => {
    if (
      annotations.has(keyword) ||
      (keyword.startsWith('x-') && keyword !== 'x-form') ||
      (keyword === 'type' && decoded.has(value))
    )
      return [];
    if (keyword === 'properties' && isObject(value)) return [[keyword, eachOf(value)]];
    if (keyword === 'items' || keyword === 'additionalProperties') {
      const inner = constraint(value);
      return inner === true || value === false ? [] : [[keyword, inner]];
    }
    return [[keyword, value]];
  });
  return kept.every(([keyword]) => keyword === 'examples') ? true : Object.fromEntries(kept);
}

/**
 * What is left to check of a configuration that was decoded by `schema`: patterns, bounds, enumerations, and required
 * options. Decoding has seen to the names and types, and there are several hundred of them in a large builder.
 */
export function constraintsOf(schema: JsonObject): JsonObject {
  const whole = constraint(schema);
  return isObject(whole) ? whole : {};
}
