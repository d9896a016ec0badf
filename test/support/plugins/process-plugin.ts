import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { endPlugins } from '../../../plugins/process/host/plugin.ts';
import { processComponents, type ProcessComponents, type ProcessManifest } from '../../../plugins/process/index.ts';
import type { TestedComponent } from '../../../plugins/sdk/testing.ts';

/** The manifest of a plugin's folder. */
export function manifestIn(folder: string): ProcessManifest {
  return JSON.parse(readFileSync(join(folder, 'kiln-plugin.json'), 'utf8')) as ProcessManifest;
}

/** The components of the plugin in a folder; its process ends with the test. */
export function pluginIn(folder: string, env: readonly string[] = []): ProcessComponents {
  onTestFinished(endPlugins);
  return processComponents(manifestIn(folder), { folder, env, kilnVersion: 'test' });
}

/** A plugin's component as `kiln-sdk/testing` takes it. */
export async function tested(
  components: ProcessComponents,
  kind: keyof ProcessComponents,
  type: string,
): Promise<TestedComponent> {
  const entry = components[kind][type];
  if (entry === undefined) throw new Error(`there is no ${kind} ${type}`);
  return { type, schema: await entry.schema(), component: await entry.load() };
}

const schema = { type: 'object', properties: {}, additionalProperties: true };

/** A folder with a plugin of one script, whose components have options of any kind; it goes with the test. */
export async function scriptPlugin(
  command: readonly string[],
  script: string,
  components: ProcessManifest['components'],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-plugin-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const manifest = { name: 'tried', version: '1.0.0', sdkVersion: '0.1', command, components };
  await writeFile(join(folder, 'kiln-plugin.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'schema.json'), JSON.stringify(schema));
  await writeFile(join(folder, 'plugin'), script, { mode: 0o755 });
  return folder;
}
