import { existsSync } from 'node:fs';
import { errorAt } from '../../core/diagnostics/complain.ts';
import type { Finding } from '../../core/diagnostics/finding.ts';
import { shellWord } from '../../core/scripts/quote.ts';
import type { RequiredPlugin } from '../../core/template/template.ts';
import type { Lock } from './lock.ts';
import { pluginFolder } from './place.ts';

/** The command that installs what a template requires. */
export function installForTemplate(path: string): string {
  return `kiln plugins install -template=${shellWord(path)}`;
}

interface Checking {
  readonly lock: Lock;
  readonly cache: string;
  readonly remedy: string;
  /** Undefined when the range is none. */
  readonly satisfies: (version: string, range: string) => boolean | undefined;
}

function checkOne({ name, pointer, version: range }: RequiredPlugin, checking: Checking): Finding | undefined {
  const { lock, cache, remedy: hint, satisfies } = checking;
  const at = range === undefined ? pointer : `${pointer}/version`;
  if (range !== undefined && satisfies('0.0.0', range) === undefined) {
    return errorAt('PLUGIN_VERSION', at, `${JSON.stringify(range)} is no range of versions`, {
      hint: 'write it as npm does: "^1.2.0", ">=1.2 <3", "1.x"',
    });
  }
  const locked = lock.plugins.get(name);
  if (locked === undefined) return errorAt('PLUGIN_MISSING', pointer, `the plugin ${name} is not installed`, { hint });
  if (range !== undefined && satisfies(locked.version, range) !== true) {
    const message = `the template requires the plugin ${name} ${range}, and ${locked.version} is installed`;
    return errorAt('PLUGIN_VERSION', at, message, { hint });
  }
  if (existsSync(pluginFolder(lock, locked, cache))) return undefined;
  const message = `the plugin ${name} ${locked.version} is pinned in ${lock.path}, and is not on this machine`;
  return errorAt('PLUGIN_NOT_INSTALLED', pointer, message, { hint });
}

/** What is missing or too old of the plugins that a template requires. */
export async function checkRequired(
  required: readonly RequiredPlugin[],
  checking: Omit<Checking, 'satisfies'>,
): Promise<readonly Finding[]> {
  if (required.length === 0) return [];
  const { satisfies } = await import('./versions.ts');
  return required.map((each) => checkOne(each, { ...checking, satisfies })).filter((each) => each !== undefined);
}
