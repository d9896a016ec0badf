import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';

/** The property schemas of a data source's outputs, by name. */
export function outputsOf(schema: JsonObject): JsonObject {
  const outputs = schema['x-outputs'];
  return isObject(outputs) ? outputs : {};
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (isList(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

/** The texts and numbers of the outputs that nobody may see. */
export function secretOutputs(schema: JsonObject, values: JsonObject): readonly string[] {
  return Object.entries(outputsOf(schema)).flatMap(([name, output]) =>
    isObject(output) && output['x-secret'] === true && Object.hasOwn(values, name) ? textsOf(values[name]) : [],
  );
}
