import type { OptionType, PluginSpec } from '../../clients/packer-plugin/index.ts';
import type { ComponentSchema } from '../../core/contract/component.ts';
import type { JsonObject } from '../../core/contract/json.ts';

/** What Packer tells each component besides its options; `configurations.ts` fills in those that have no `x-fill`. */
const TOLD: Readonly<Record<string, JsonObject>> = {
  packer_user_variables: { 'x-fill': 'variables' },
  packer_template_path: { 'x-fill': 'template-path' },
};

function described(type: OptionType): string {
  switch (type.kind) {
    case 'string':
      return 'a text';
    case 'any':
      return 'any value';
    case 'list':
      return `a list, each of it ${described(type.element)}`;
    case 'map':
      return `an object, each value ${described(type.element)}`;
    case 'object':
      return `an object with ${[...type.options.keys()].join(', ')}`;
    default:
      return `a ${type.kind}`;
  }
}

/**
 * The schema of a component of Packer's. It knows names and what their values are for; whether a value fits is for the plugin to
 * say, which fills in their texts and takes many forms of a value.
 */
export function optionSchema(type: string, plugin: string, spec: PluginSpec): ComponentSchema {
  const options = [...spec].filter(([name]) => !name.startsWith('packer_')).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: type,
    description: `A component of the Packer plugin ${plugin}, which checks its options itself.`,
    type: 'object',
    'x-interpolate': 'component',
    properties: {
      ...Object.fromEntries(options.map(([name, option]) => [name, { description: described(option.type) }])),
      ...TOLD,
    },
    additionalProperties: false,
  };
}
