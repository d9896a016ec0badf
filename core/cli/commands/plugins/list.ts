import { existsSync } from 'node:fs';
import { installedPlugins, type InstalledPlugin } from '../../../../plugins/installed/installed-plugin.ts';
import { readLock } from '../../../../plugins/installed/read-lock.ts';
import { pluginKinds, type PluginKindName } from '../../../../plugins/manifest/kinds.ts';
import { cacheDirectory } from '../../../directories/state-directory.ts';
import { visible } from '../../../text/visible.ts';
import { defineCommand, type Command } from '../../command.ts';
import { modeFlags } from '../../flags/shared-flags.ts';
import { print } from '../../output/print.ts';
import { lockFileOf, lockFlags } from './lock-flags.ts';

function componentNames({ components }: InstalledPlugin): readonly string[] {
  return Object.entries(components).flatMap(([kind, types]) =>
    types.map((type) => `${pluginKinds[kind as PluginKindName].word} ${type}`),
  );
}

function lines(plugin: InstalledPlugin): string {
  const { name, version, folder, integrity } = plugin;
  const where = integrity === undefined ? `, linked from ${folder}` : '';
  const missing = existsSync(folder) ? '' : ' (not on this machine)';
  const rows = [`${name} ${version}${where}${missing}`, ...componentNames(plugin).map((each) => `  ${each}`)];
  return rows.map((row) => `${visible(row, false)}\n`).join('');
}

export const list: Command = defineCommand({
  usage: 'plugins list [flags]',
  description: 'Lists the plugins that a lock file pins, where they are and what they bring. Runs nothing of them.',
  flags: { ...lockFlags, json: { ...modeFlags.json, summary: 'write the list as one JSON object' } },
  operands: { least: 0, most: 0 },
  run: ({ flags }) => {
    const lock = readLock(lockFileOf(flags));
    const installed = lock.plugins.size === 0 ? [] : installedPlugins(lock, cacheDirectory(process.env));
    if (flags.json) {
      const plugins = installed.map(({ remedy: _remedy, ...plugin }) => ({
        ...plugin,
        isHere: existsSync(plugin.folder),
        isLinked: plugin.integrity === undefined,
      }));
      print(`${JSON.stringify({ lockFile: lock.path, plugins })}\n`);
    } else print(installed.length === 0 ? `No plugins are pinned in ${lock.path}.\n` : installed.map(lines).join(''));
    return 0;
  },
});
