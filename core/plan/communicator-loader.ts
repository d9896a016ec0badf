import type { CommunicatorType } from '../contract/communicator-type.ts';
import type { ComponentSchema } from '../contract/component.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';
import type { JsonObject } from '../contract/json.ts';
import { noteCommunicator } from '../define/communicator-of.ts';
import { errorAt, type Finding } from '../diagnostics/finding.ts';
import { isList } from '../json/guards.ts';
import type { TemplateBuilder } from '../template/template.ts';
import { pluginFailure } from './plugin-failure.ts';

interface Loaded {
  readonly type: CommunicatorType<object>;
  readonly schema: ComponentSchema;
}

/** The ways into guests that plugins bring. */
export interface CommunicatorLoader {
  /** Loads those that builders name; complaints about those that cannot be loaded. */
  load(builders: readonly TemplateBuilder[]): Promise<readonly Finding[]>;
  /** Lets a builder's configuration have the way that it names; complaints about options that the way lacks. */
  note(config: JsonObject, pointer: string): readonly Finding[];
}

/** What the builder says of its communicator, as it is written. */
function named({ config }: TemplateBuilder): unknown {
  const key = Object.keys(config).find((name) => name.toLowerCase() === 'communicator');
  return key === undefined ? undefined : config[key];
}

/** Whether a builder may come to use a way of this name: it says so, or a variable may. */
function mayUse(name: string): (builder: TemplateBuilder) => boolean {
  return (builder) => {
    const written = named(builder);
    return written === name || (typeof written === 'string' && written.includes('{{'));
  };
}

export function communicatorLoader(communicators: ComponentRegistry['communicators']): CommunicatorLoader {
  const known = new Map<string, Loaded>();
  return {
    load: async (builders) => {
      const findings = Object.entries(communicators).map(async ([name, entry]): Promise<readonly Finding[]> => {
        const users = builders.filter(mayUse(name));
        if (users.length === 0) return [];
        try {
          const [type, schema] = await Promise.all([entry.load(), entry.schema()]);
          known.set(name, { type, schema });
          return [];
        } catch (error) {
          if (entry.plugin === undefined) throw error;
          const { code, message, hint } = pluginFailure(entry.plugin, error);
          return users.map(({ pointer }) => ({
            ...errorAt('PLUGIN_FAILED', `${pointer}/communicator`, message, { hint }),
            code,
          }));
        }
      });
      return (await Promise.all(findings)).flat();
    },
    note: (config, pointer) => {
      const name = config['communicator'];
      const found = typeof name === 'string' ? known.get(name) : undefined;
      if (typeof name !== 'string' || found === undefined) return [];
      noteCommunicator(config, found.type);
      const required = isList(found.schema['required']) ? found.schema['required'] : [];
      return required
        .filter((option) => typeof option === 'string' && !(option in config))
        .map((option) =>
          errorAt('OPTION_MISSING', pointer, `the communicator "${name}" needs ${JSON.stringify(option)}`),
        );
    },
  };
}
