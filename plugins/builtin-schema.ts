import { join } from 'node:path';
import type { ComponentSchema } from '../core/contract/component.ts';
import type { JsonObject } from '../core/contract/json.ts';
import { composeSchema } from '../core/schema/compose.ts';
import { schemaParts } from '../core/schema/read-schema.ts';

type JsonModule = Promise<{ readonly default: object }>;

/**
 * A built-in component's schema with its mixins. `folder` is relative to Kiln's root. In the bundle the mixins are
 * merged already: nothing more is loaded, and the folder need not be there.
 */
export async function builtinSchema(folder: string, module: JsonModule): Promise<ComponentSchema> {
  const schema = (await module).default as JsonObject;
  return composeSchema(await schemaParts(schema, join(import.meta.dirname, '..', folder, 'schema.json')));
}
