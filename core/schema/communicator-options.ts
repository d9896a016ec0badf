import type { ComponentEntry, ComponentSchema } from '../contract/component.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

function propertiesOf(schema: JsonObject): JsonObject {
  return isObject(schema['properties']) ? schema['properties'] : {};
}

/**
 * A builder's schema with the options of further communicators, and their names among the values of its option
 * `communicator`; a builder without Kiln's way into guests stays as it is. Throws when an option is there already.
 */
function withOptions(
  schema: ComponentSchema,
  communicators: Readonly<Record<string, ComponentSchema>>,
): ComponentSchema {
  const properties = propertiesOf(schema);
  const { communicator } = properties;
  if (!isObject(communicator) || communicator['x-communicator'] !== true || !isList(communicator['enum']))
    return schema;
  const merged: Record<string, JsonValue> = { ...properties };
  for (const [name, options] of Object.entries(communicators)) {
    for (const [option, property] of Object.entries(propertiesOf(options))) {
      if (Object.hasOwn(merged, option)) {
        throw new Error(`the communicator "${name}" has an option "${option}", which the builder has already`);
      }
      merged[option] = property;
    }
  }
  merged['communicator'] = { ...communicator, enum: [...communicator['enum'], ...Object.keys(communicators)] };
  // What was compiled for the schema as it ships is not for this one.
  return { ...schema, properties: merged, 'x-extended': true };
}

type Builders = ComponentRegistry['builders'];

/** The builders, each with the options of the communicators that plugins bring. */
export function withCommunicatorOptions({
  builders,
  communicators,
}: Pick<ComponentRegistry, 'builders' | 'communicators'>): Builders {
  const ways = Object.entries(communicators);
  if (ways.length === 0) return builders;
  const optionsOf = async (): Promise<Readonly<Record<string, ComponentSchema>>> =>
    Object.fromEntries(await Promise.all(ways.map(async ([name, entry]) => [name, await entry.schema()] as const)));
  const extended = <Module>(entry: ComponentEntry<Module>): ComponentEntry<Module> => ({
    ...entry,
    schema: async () => withOptions(await entry.schema(), await optionsOf()),
  });
  return Object.fromEntries(Object.entries(builders).map(([type, entry]) => [type, extended(entry)]));
}
