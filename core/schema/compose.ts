import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

/** A schema, and the groups of options that its `x-mixin` names, in that order. */
export interface SchemaParts {
  readonly schema: JsonObject;
  /** Where the schema stands. */
  readonly path: string;
  readonly mixins: readonly SchemaParts[];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

/**
 * Merges a schema with its groups of options. Its own options come first, so that its table shows them first.
 * Throws when two of them declare the same option: one would silently win.
 */
export function composeSchema({ schema, mixins }: SchemaParts): JsonObject {
  const { 'x-mixin': _names, ...own } = schema;
  const properties: Record<string, JsonValue> = { ...(isObject(own['properties']) ? own['properties'] : {}) };
  const required = [...listOf(own['required'])];
  for (const mixin of mixins.map(composeSchema)) {
    for (const [option, value] of Object.entries(isObject(mixin['properties']) ? mixin['properties'] : {})) {
      if (option in properties) throw new Error(`schema ${JSON.stringify(own['title'])}: option ${option} twice`);
      properties[option] = value;
    }
    required.push(...listOf(mixin['required']));
  }
  return { ...own, properties, required };
}
