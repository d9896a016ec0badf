import type { ComponentEntry } from '../../core/contract/component.ts';
import type { ComponentRegistry } from '../../core/contract/component-registry.ts';
import { pluginKindNames, pluginKinds, type PluginKindName } from '../manifest/kinds.ts';
import { conflict } from './conflict.ts';
import type { InstalledPlugin } from './installed-plugin.ts';
import { entryOf, opened, type OpenPlugin } from './plugin-components.ts';
import type { AnyComponent } from './load-component.ts';

type Entries = Readonly<Record<string, ComponentEntry<AnyComponent>>>;

/** The entries of one kind, from plugins alone. */
function entriesOf(kind: PluginKindName, own: object, plugins: readonly OpenablePlugin[]): Entries {
  const entries: Record<string, ComponentEntry<AnyComponent>> = {};
  const owners = new Map<string, InstalledPlugin>();
  for (const { plugin, open } of plugins) {
    for (const type of plugin.components[kind] ?? []) {
      // What comes with Kiln stays what it is, whoever else takes its name.
      if (Object.hasOwn(own, type)) continue;
      const other = owners.get(type);
      owners.set(type, plugin);
      entries[type] = other === undefined ? entryOf(plugin, open, kind, type) : conflict(kind, type, [other, plugin]);
    }
  }
  return entries;
}

interface OpenablePlugin {
  readonly plugin: InstalledPlugin;
  readonly open: OpenPlugin;
}

/** The components that come with Kiln and those of plugins. Nothing of a plugin is read until a template uses it. */
export function withPlugins(
  builtin: ComponentRegistry,
  installed: readonly InstalledPlugin[],
  kilnVersion: string,
): ComponentRegistry {
  if (installed.length === 0) return builtin;
  const plugins = installed.map((plugin) => ({ plugin, open: opened(plugin, kilnVersion) }));
  const laid = pluginKindNames.map((kind) => {
    const { registry } = pluginKinds[kind];
    return [registry, { ...builtin[registry], ...entriesOf(kind, builtin[registry], plugins) }] as const;
  });
  return { ...builtin, ...(Object.fromEntries(laid) as Partial<ComponentRegistry>) };
}
