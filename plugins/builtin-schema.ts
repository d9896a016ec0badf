import { composeSchema } from '../core/schema/compose.ts';
import type { ComponentSchema } from '../core/contract/component.ts';
import type { JsonObject } from '../core/contract/json.ts';

type JsonModule = Promise<{ readonly default: object }>;

const mixins: Readonly<Record<string, () => JsonModule>> = {
  'amazon-access': () => import('../core/schema/mixins/amazon-access.schema.json', { with: { type: 'json' } }),
  'amazon-ami-devices': () =>
    import('../core/schema/mixins/amazon-ami-devices.schema.json', { with: { type: 'json' } }),
  'amazon-launch-devices': () =>
    import('../core/schema/mixins/amazon-launch-devices.schema.json', { with: { type: 'json' } }),
  'amazon-ami': () => import('../core/schema/mixins/amazon-ami.schema.json', { with: { type: 'json' } }),
  'amazon-run': () => import('../core/schema/mixins/amazon-run.schema.json', { with: { type: 'json' } }),
  communicator: () => import('../core/schema/mixins/communicator.schema.json', { with: { type: 'json' } }),
  'shell-local': () => import('../core/schema/mixins/shell-local.schema.json', { with: { type: 'json' } }),
};

/** A built-in component's schema with its mixins. In the bundle they are merged already and nothing more is loaded. */
export async function builtinSchema(module: JsonModule): Promise<ComponentSchema> {
  const schema = (await module).default as JsonObject;
  const names = (schema['x-mixin'] ?? []) as readonly string[];
  const loaded = await Promise.all(
    names.map(async (name) => [name, (await mixins[name]?.())?.default as JsonObject] as const),
  );
  return composeSchema(schema, Object.fromEntries(loaded));
}
