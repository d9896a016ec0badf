import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readSchema } from '../../../core/schema/read-schema.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { PluginKindName } from '../../../plugins/manifest/kinds.ts';
import { readManifest } from '../../../plugins/manifest/read-manifest.ts';
import { endPlugins } from '../../../plugins/process/host/plugin.ts';
import { openProcessPlugin, processComponent } from '../../../plugins/process/index.ts';
import type { TestedComponent } from '../../../plugins/sdk/testing.ts';

/** The components of a plugin, as `kiln-sdk/testing` takes them. */
export type PluginUnderTest = (kind: PluginKindName, type: string) => Promise<TestedComponent>;

/** The plugin in a folder; its process ends with the test. */
export async function pluginIn(folder: string, environment: readonly string[] = []): Promise<PluginUnderTest> {
  onTestFinished(endPlugins);
  const manifest = readManifest(folder);
  const plugin = await openProcessPlugin(manifest, { folder, environment, kilnVersion: '0.1.0' });
  return async (kind, type) => {
    const found = manifest.components.find((each) => each.kind === kind && each.type === type);
    if (found?.schema === undefined) throw new Error(`the plugin has no ${type}`);
    const schema = await readSchema(join(folder, found.schema));
    const component = await processComponent(plugin, found);
    if (!('kind' in component)) throw new Error(`${type} is a lookup, which has no schema`);
    return { type, schema, component };
  };
}

const anything = { type: 'object', properties: {}, additionalProperties: true };

/** A folder with a plugin of one script, whose components have no options; it goes with the test. */
export async function scriptPlugin(
  command: readonly string[],
  script: string,
  components: JsonObject,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-plugin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const manifest = { name: 'tried', version: '1.0.0', sdkVersion: '0.1', command, components };
  await writeFile(join(folder, 'kiln-plugin.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'schema.json'), JSON.stringify(anything));
  await writeFile(join(folder, 'plugin'), script, { mode: 0o755 });
  return folder;
}
