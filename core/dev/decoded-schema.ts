import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';

function decodedProperty(property: JsonValue): JsonValue {
  if (!isObject(property)) return property;
  if (property['x-format'] === 'duration') {
    const description = typeof property['description'] === 'string' ? property['description'] : '';
    return { type: 'number', description: `${description} (milliseconds)` };
  }
  const items = property['items'];
  const shape = 'properties' in property ? decodedSchema(property) : property;
  return items === undefined ? shape : { ...shape, items: decodedProperty(items) };
}

/** The schema of a configuration after decoding: durations are milliseconds, and what has a default is there. */
export function decodedSchema(schema: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const always = properties.filter(([, property]) => isObject(property) && 'default' in property).map(([name]) => name);
  const declared = Array.isArray(schema['required']) ? (schema['required'] as readonly JsonValue[]) : [];
  return {
    ...schema,
    additionalProperties: schema['additionalProperties'] ?? false,
    required: [...new Set([...declared, ...always])],
    properties: Object.fromEntries(properties.map(([name, property]) => [name, decodedProperty(property)])),
  };
}
