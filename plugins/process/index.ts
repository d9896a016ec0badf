import { isAbsolute, join } from 'node:path';
import type { ComponentEntry, ComponentKind } from '../../core/contract/component.ts';
import type { ComponentRegistry } from '../../core/contract/component-registry.ts';
import { readSchema } from '../../core/schema/read-schema.ts';
import type { Described } from './components/shared.ts';
import type { Plugin } from './host/plugin.ts';
import type { ProcessComponent, ProcessManifest } from './manifest.ts';

export type { ProcessComponent, ProcessManifest } from './manifest.ts';

/** Where a process plugin is, and what it is granted. */
export interface ProcessPluginOptions {
  /** Absolute. */
  readonly folder: string;
  /** Names of the environment variables that the template grants it (`env` of `required_plugins`). */
  readonly env: readonly string[];
  /** Kiln's, for the plugin to know. */
  readonly kilnVersion: string;
}

/** What a process plugin adds to the components that come with Kiln. */
export type ProcessComponents = Pick<ComponentRegistry, 'builders' | 'provisioners' | 'postProcessors'>;

/** The command with its files' paths; a program that is no path is looked for on PATH. */
export function commandOf({ command }: Pick<ProcessManifest, 'command'>, folder: string): readonly string[] {
  return command.map((word) => (word.startsWith('./') ? join(folder, word) : word));
}

type Table<Module> = Readonly<Record<string, ComponentEntry<Module>>>;

/**
 * The components of a plugin that is an executable. Schemas are read from its folder; its process is started when a component
 * is asked for more than its schema, one for all components, and ends when nobody has asked it anything for 5 s.
 */
export function processComponents(manifest: ProcessManifest, options: ProcessPluginOptions): ProcessComponents {
  const { folder } = options;
  let opened: Promise<Plugin> | undefined;
  const plugin = (): Promise<Plugin> =>
    (opened ??= import('./host/plugin.ts').then(({ openPlugin }) =>
      openPlugin({
        name: manifest.name,
        version: manifest.version,
        command: commandOf(manifest, folder),
        env: options.env,
        kilnVersion: options.kilnVersion,
      }),
    ));
  const table = <Module>(
    kind: ComponentKind,
    components: Readonly<Record<string, ProcessComponent>> = {},
    make: (described: Described) => Promise<Module>,
  ): Table<Module> =>
    Object.fromEntries(
      Object.entries(components).map(([type, component]) => [
        type,
        {
          schema: () => readSchema(isAbsolute(component.schema) ? component.schema : join(folder, component.schema)),
          load: async () => make({ plugin: await plugin(), kind, type, manifest: component }),
        },
      ]),
    );
  const { builders, provisioners, 'post-processors': postProcessors } = manifest.components;
  return {
    builders: table('builder', builders, async (described) =>
      (await import('./components/builder.ts')).processBuilder(described),
    ),
    provisioners: table('provisioner', provisioners, async (described) =>
      (await import('./components/provisioner.ts')).processProvisioner(described),
    ),
    postProcessors: table('post-processor', postProcessors, async (described) =>
      (await import('./components/post-processor.ts')).processPostProcessor(described),
    ),
  };
}
