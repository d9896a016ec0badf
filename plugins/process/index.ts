import { join } from 'node:path';
import type { Builder, PostProcessor, Provisioner } from '../../core/contract/component.ts';
import type { DataSource } from '../../core/contract/data-source.ts';
import type { Lookup } from '../../core/contract/lookup.ts';
import { isProcessKind, type ProcessKindName } from '../manifest/kinds.ts';
import type { Manifest, ManifestComponent } from '../manifest/manifest.ts';
import type { Described } from './components/shared.ts';
import type { Plugin } from './host/plugin.ts';

/** Where a process plugin is, and what it is granted. */
export interface ProcessPluginOptions {
  /** Absolute. */
  readonly folder: string;
  /** Names of the environment variables that the template grants it (`env` of `required_plugins`). */
  readonly environment: readonly string[];
  /** Kiln's, for the plugin to know. */
  readonly kilnVersion: string;
}

/** The command with its files' paths; a program that is no path is looked for on PATH. */
export function commandOf(command: readonly string[], folder: string): readonly string[] {
  return command.map((word) => (word.startsWith('./') ? join(folder, word) : word));
}

/** The plugin with a process of its own that a manifest describes; nothing is started before something is asked of it. */
export async function openProcessPlugin(
  { name, version, command = [] }: Pick<Manifest, 'name' | 'version' | 'command'>,
  { folder, environment, kilnVersion }: ProcessPluginOptions,
): Promise<Plugin> {
  const { openPlugin } = await import('./host/plugin.ts');
  return openPlugin({ name, version, command: commandOf(command, folder), env: environment, kilnVersion });
}

type AnyComponent = Builder<object> | Provisioner<object> | PostProcessor<object> | DataSource<object> | Lookup;

const makers: Readonly<Record<ProcessKindName, (described: Described) => Promise<AnyComponent>>> = {
  builders: async (described) => (await import('./components/builder.ts')).processBuilder(described),
  provisioners: async (described) => (await import('./components/provisioner.ts')).processProvisioner(described),
  'post-processors': async (described) =>
    (await import('./components/post-processor.ts')).processPostProcessor(described),
  data: async (described) => (await import('./components/values.ts')).processDataSource(described),
  lookups: async (described) => (await import('./components/values.ts')).processLookup(described),
};

/** A component whose work the plugin's process does. It is there for all that the engine asks of a component but its schema. */
export function processComponent(plugin: Plugin, { kind, type, process }: ManifestComponent): Promise<AnyComponent> {
  if (process === undefined || !isProcessKind(kind))
    throw new Error(`"${type}" of the plugin "${plugin.name}" is a module`);
  return makers[kind]({ plugin, type, manifest: process });
}
