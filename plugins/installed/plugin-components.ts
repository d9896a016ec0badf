import { join } from 'node:path';
import type { ComponentEntry } from '../../core/contract/component.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { checkSdkVersion } from '../manifest/sdk-support.ts';
import type { PluginKindName } from '../manifest/kinds.ts';
import type { Manifest, ManifestComponent } from '../manifest/manifest.ts';
import { broken, loadComponent, type AnyComponent } from './load-component.ts';
import type { Plugin } from '../process/host/plugin.ts';
import type { InstalledPlugin } from './installed-plugin.ts';

/** A plugin that somebody needs: it is read once, and all its components have one process. */
export interface OpenPlugin {
  manifest(): Promise<Manifest>;
  /** Loads a module, or readies a component of a process, which is started when there is work for it. */
  component(component: ManifestComponent): Promise<AnyComponent>;
}

/** The plugin's manifest, once somebody needs the plugin; throws what says why it cannot be used, and what to do. */
export function opened(plugin: InstalledPlugin, kilnVersion: string): OpenPlugin {
  let manifest: Promise<Manifest> | undefined;
  const open = async (): Promise<Manifest> => {
    const { checkInstalled } = await import('./check-installed.ts');
    checkInstalled(plugin);
    const read = readManifest(plugin.folder);
    checkSdkVersion(read);
    return read;
  };
  let process: Promise<Plugin> | undefined;
  return {
    manifest: () => (manifest ??= open()),
    component: async (component) => {
      const of = await (manifest ??= open());
      if (component.process === undefined) return loadComponent(of, component, plugin.folder, plugin.remedy);
      const { openProcessPlugin, processComponent } = await import('../process/index.ts');
      process ??= openProcessPlugin(of, { ...plugin, kilnVersion });
      return processComponent(await process, component);
    },
  };
}

function componentOf(manifest: Manifest, kind: PluginKindName, type: string, remedy: string): ManifestComponent {
  const found = manifest.components.find((each) => each.kind === kind && each.type === type);
  if (found !== undefined) return found;
  throw broken(manifest.name, manifest.version, `it has no "${type}" any more`, remedy);
}

/** How the plan gets at a component of a plugin; nothing of the plugin is read before. */
export function entryOf(
  plugin: InstalledPlugin,
  open: OpenPlugin,
  kind: PluginKindName,
  type: string,
): ComponentEntry<AnyComponent> {
  const { name, folder, remedy } = plugin;
  return {
    plugin: { name, version: `${plugin.version} ${plugin.integrity ?? ''}`.trim(), remedy },
    schema: async () => {
      const manifest = await open.manifest();
      const { schema = '' } = componentOf(manifest, kind, type, remedy);
      const { readSchema } = await import('../../core/schema/read-schema.ts');
      try {
        return await readSchema(join(folder, schema));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw broken(name, manifest.version, `the schema of "${type}" cannot be read (${why})`, remedy, error);
      }
    },
    load: async () => {
      const manifest = await open.manifest();
      return open.component(componentOf(manifest, kind, type, remedy));
    },
  };
}
