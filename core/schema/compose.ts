import type { JsonObject, JsonValue } from '../contract/json.ts';

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/**
 * Merges the groups named by `x-mixin` into a component's schema. The component's own options come first, so that
 * its table shows them first. Throws when two of them declare the same option: one would silently win.
 */
export function composeSchema(schema: JsonObject, mixins: Readonly<Record<string, JsonObject>>): JsonObject {
  const { 'x-mixin': names, ...own } = schema;
  const properties: Record<string, JsonValue> = { ...asObject(own['properties']) };
  const required = [...asList(own['required'])];
  for (const name of asList(names)) {
    const mixin = typeof name === 'string' ? mixins[name] : undefined;
    if (mixin === undefined)
      throw new Error(`schema ${JSON.stringify(own['title'])}: no mixin ${JSON.stringify(name)}`);
    for (const [option, value] of Object.entries(asObject(mixin['properties']))) {
      if (option in properties) throw new Error(`schema ${JSON.stringify(own['title'])}: option ${option} twice`);
      properties[option] = value;
    }
    required.push(...asList(mixin['required']));
  }
  return { ...own, properties, required };
}
