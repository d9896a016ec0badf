import { builtin } from '../../../../plugins/builtin.ts';
import { installedPlugins, type InstalledPlugin } from '../../../../plugins/installed/installed-plugin.ts';
import { readLock } from '../../../../plugins/installed/read-lock.ts';
import { withPlugins } from '../../../../plugins/installed/with-plugins.ts';
import { pluginKinds, type PluginKindName } from '../../../../plugins/manifest/kinds.ts';
import { cacheDirectory } from '../../../directories/state-directory.ts';
import { pluginFailure } from '../../../plan/plugin-failure.ts';
import { componentValidator } from '../../../schema/validate.ts';
import { visible } from '../../../text/visible.ts';
import { defineCommand, type Command } from '../../command.ts';
import { exitCodes } from '../../ending/exit-codes.ts';
import { kilnVersion } from '../../kiln-version.ts';
import { modeFlags } from '../../flags/shared-flags.ts';
import { print } from '../../output/print.ts';
import { lockFileOf, lockFlags } from './lock-flags.ts';

interface Finding {
  readonly plugin: string;
  readonly version: string;
  /** Undefined when nothing is wrong. */
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string } | undefined;
}

/** Loads all that a plugin has, as a template that uses it would. */
async function examine(plugin: InstalledPlugin): Promise<Finding> {
  const { name, version, remedy } = plugin;
  const registry = withPlugins(builtin, [plugin], kilnVersion);
  try {
    for (const [kind, types] of Object.entries(plugin.components)) {
      const { registry: table } = pluginKinds[kind as PluginKindName];
      for (const type of types) {
        const entry = registry[table][type];
        // A lookup has neither schema nor owner: it is there, or it is not.
        const isOwn = entry !== undefined && entry !== builtin[table][type];
        if (!isOwn) {
          const problem = {
            code: 'PLUGIN_CONFLICT',
            message: `its "${type}" does not count: Kiln has one itself`,
            hint: remedy,
          };
          return { plugin: name, version, problem };
        }
        await entry.load();
        if ('schema' in entry) await componentValidator('builder', `${name} ${type}`, await entry.schema());
      }
    }
    return { plugin: name, version, problem: undefined };
  } catch (error) {
    return { plugin: name, version, problem: pluginFailure({ name, version, remedy }, error) };
  }
}

function lines({ plugin, version, problem }: Finding): string {
  if (problem === undefined) return `✓ ${plugin} ${version}\n`;
  const { code, message, hint } = problem;
  return [`✗ ${plugin} ${version}`, `    ${code}: ${message}`, `    ${hint}`]
    .map((line) => `${visible(line, false)}\n`)
    .join('');
}

export const doctor: Command = defineCommand({
  usage: 'plugins doctor [flags]',
  description:
    'Loads each plugin of the lock file and says what is wrong: files that are missing or were changed, manifests, schemas and modules that cannot be read, versions that do not fit this Kiln. The exit code is 1 when something is.',
  flags: { ...lockFlags, json: { ...modeFlags.json, summary: 'write one JSON object for each plugin' } },
  operands: { least: 0, most: 0 },
  run: async ({ flags }) => {
    const lock = readLock(lockFileOf(flags));
    const plugins = lock.plugins.size === 0 ? [] : installedPlugins(lock, cacheDirectory(process.env));
    if (plugins.length === 0 && !flags.json) print(`No plugins are pinned in ${lock.path}.\n`);
    let isWell = true;
    for (const plugin of plugins) {
      const found = await examine(plugin);
      isWell &&= found.problem === undefined;
      print(flags.json ? `${JSON.stringify({ type: 'plugin', ...found })}\n` : lines(found));
    }
    return isWell ? exitCodes.ok : exitCodes.failed;
  },
});
