import type { JsonObject, JsonValue } from '../contract/json.ts';

/** Whether a value that came out of JSON is an object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value that came out of JSON is a list. */
export function isList(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}
