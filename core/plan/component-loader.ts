import { errorAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import { componentValidator, type ComponentValidator } from '../schema/validate.ts';
import type {
  Builder,
  ComponentEntry,
  ComponentKind,
  ComponentOwner,
  PostProcessor,
  Provisioner,
} from '../contract/component.ts';
import { withCommunicatorOptions } from '../schema/communicator-options.ts';
import { communicatorLoader, type CommunicatorLoader } from './communicator-loader.ts';
import type { DataSource } from '../contract/data-source.ts';
import type { ComponentRegistry } from '../contract/component-registry.ts';
import { pluginFailure } from './plugin-failure.ts';

export interface LoadedComponent<Module> {
  readonly module: Module;
  readonly validator: ComponentValidator;
  readonly plugin: ComponentOwner | undefined;
}

/** What is known of one kind of components: those that a plan asked for, loaded; others not. */
interface Loader<Module> {
  /** Loads all types that exist; a complaint for each that does not, at the pointers that name it. */
  load(uses: readonly Use[]): Promise<readonly Finding[]>;
  /** Undefined when there is no such component. */
  loaded(type: string): LoadedComponent<Module> | undefined;
}

interface Use {
  readonly type: string;
  readonly pointer: string;
}

export interface ComponentLoaders {
  readonly builders: Loader<Builder<object>>;
  readonly provisioners: Loader<Provisioner<object>>;
  readonly postProcessors: Loader<PostProcessor<object>>;
  readonly dataSources: Loader<DataSource<object>>;
  readonly communicators: CommunicatorLoader;
}

/** What a plugin that cannot be loaded says at each place that uses it. Anything that is wrong with Kiln's own is a bug. */
function unloadable(plugin: ComponentOwner, error: unknown): (use: Use) => Finding {
  const { code, message, hint } = pluginFailure(plugin, error);
  const mark = { kind: 'written' } as const;
  return ({ pointer }) => ({ ...errorAt('PLUGIN_FAILED', `${pointer}/type`, message, { hint, mark }), code });
}

function loader<Module>(
  kind: ComponentKind,
  entries: Readonly<Record<string, ComponentEntry<Module>>>,
): Loader<Module> {
  const known = new Map<string, LoadedComponent<Module>>();
  const failed = new Map<string, (use: Use) => Finding>();
  const unknown = ({ type, pointer }: Use): Finding =>
    errorAt(
      'COMPONENT_UNKNOWN',
      `${pointer}/type`,
      `there is no ${kind.replace('data-', 'data ')} of the type "${type}"`,
      {
        hint: () => (type.includes('{{') ? '"type" cannot use variables' : nameHint(type, Object.keys(entries))),
        mark: { kind: 'written' },
      },
    );
  return {
    load: async (uses) => {
      const types = new Set(uses.map(({ type }) => type).filter((type) => Object.hasOwn(entries, type)));
      await Promise.all(
        [...types].map(async (type) => {
          const entry = entries[type];
          if (entry === undefined) return;
          const { plugin } = entry;
          try {
            const [module, schema] = await Promise.all([entry.load(), entry.schema()]);
            known.set(type, { module, validator: await componentValidator(kind, type, schema), plugin });
          } catch (error) {
            if (plugin === undefined) throw error;
            failed.set(type, unloadable(plugin, error));
          }
        }),
      );
      return uses.filter(({ type }) => !known.has(type)).map((use) => (failed.get(use.type) ?? unknown)(use));
    },
    loaded: (type) => known.get(type),
  };
}

export function componentLoaders(source: ComponentRegistry): ComponentLoaders {
  return {
    builders: loader('builder', withCommunicatorOptions(source)),
    provisioners: loader('provisioner', source.provisioners),
    postProcessors: loader('post-processor', source.postProcessors),
    dataSources: loader('data-source', source.dataSources),
    communicators: communicatorLoader(source.communicators),
  };
}
