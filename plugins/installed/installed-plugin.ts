import type { ComponentTypes, Lock } from './lock.ts';
import { installCommand, pluginFolder } from './place.ts';

/** A plugin of a lock file, on this machine. */
export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  /** What it is used from; need not be there. */
  readonly folder: string;
  /** Of the plugin and what it depends on; undefined when it is linked and may change. */
  readonly integrity: string | undefined;
  readonly components: ComponentTypes;
  /** Names of the environment variables that the template grants it; for plugins with a process of their own. */
  readonly environment: readonly string[];
  /** What to do when it cannot be used: a command. */
  readonly remedy: string;
}

/** Names of the environment variables that plugins are granted, by the plugins' names. */
export type Grants = ReadonlyMap<string, readonly string[]>;

/** The plugins that a lock file pins, in the order of their names. */
export function installedPlugins(lock: Lock, cache: string, grants: Grants = new Map()): readonly InstalledPlugin[] {
  return [...lock.plugins].map(([name, locked]) => ({
    name,
    version: locked.version,
    folder: pluginFolder(lock, locked, cache),
    integrity: locked.integrity,
    components: locked.components,
    environment: grants.get(name) ?? [],
    remedy:
      locked.link === undefined
        ? `install it again: ${installCommand(lock)}`
        : `mend it in ${pluginFolder(lock, locked, cache)}, from where it is linked`,
  }));
}
