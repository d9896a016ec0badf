import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../json/guards.ts';
import type { JsonObject } from '../../contract/json.ts';
import { readTrusted } from '../../directories/trust.ts';

const NAME = 'plugins.json';

/** Writes down what plugins the components of a run come with, so that another process can give back what they made. */
export function writePlugins(runDirectory: string, plugins: JsonObject): void {
  writeFileSync(join(runDirectory, NAME), `${JSON.stringify(plugins)}\n`, { mode: 0o600 });
}

/**
 * What `writePlugins` wrote down; undefined for a run without plugins. Throws `UsageError` STATE_NOT_TRUSTED when somebody else
 * could have written it: code is loaded from where it says.
 */
export async function readPlugins(runDirectory: string): Promise<JsonObject | undefined> {
  let text: string;
  try {
    text = await readTrusted(join(runDirectory, NAME));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const value = JSON.parse(text) as unknown;
  return isObject(value) ? value : undefined;
}
