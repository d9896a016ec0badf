import type { JsonValue } from '../../contract/json.ts';

/**
 * A value while a template runs. Go tells integers from floating-point numbers, so integers are bigint here and
 * `number` is a float64; undefined is Go's invalid value, which prints as `<no value>`.
 */
export type Value =
  undefined | string | boolean | bigint | number | readonly Value[] | { readonly [key: string]: Value };

/** Data of a template: ``{{ .HTTPIP }}`` reads `HTTPIP`. Whole numbers are integers in Go's sense. */
export type Data = JsonValue | undefined;

export type Fields = { readonly [key: string]: Value };

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isFields(value: Value): value is Fields {
  return typeof value === 'object' && !Array.isArray(value);
}

export function fromData(data: Data): Value {
  if (data === null) return undefined;
  if (typeof data === 'number') return Number.isSafeInteger(data) ? BigInt(data) : data;
  if (typeof data !== 'object') return data;
  if (data instanceof Array) return data.map(fromData);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fromData(value)]));
}

/** The type's name in Go, for messages and the verb %T. */
export function typeName(value: Value): string {
  if (value === undefined) return 'nil';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return isList(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** What `if`, `with`, `and`, `or` and `not` go by: everything that is not empty, zero, false or missing. */
export function isTrue(value: Value): boolean {
  if (value === undefined || typeof value !== 'object') return Boolean(value);
  return isList(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** Keys in the order in which Go ranges over and prints a map: by code point. */
export function sortedKeys(fields: Fields): string[] {
  return Object.keys(fields).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
