import { dirname } from 'node:path';
import { builtin } from '../../../../plugins/builtin.ts';
import { installRequired } from '../../../../plugins/install/install-required.ts';
import {
  installPlugin,
  restorePlugin,
  type Installed,
  type Installing,
} from '../../../../plugins/install/install-plugin.ts';
import { openNpm } from '../../../../plugins/install/open-npm.ts';
import { parseSource } from '../../../../plugins/install/source.ts';
import { readLock } from '../../../../plugins/installed/read-lock.ts';
import { pluginKinds } from '../../../../plugins/manifest/kinds.ts';
import { cacheDirectory } from '../../../directories/state-directory.ts';
import { UsageError } from '../../../errors/errors.ts';
import { visible } from '../../../text/visible.ts';
import { defineCommand, type Command } from '../../command.ts';
import { interruptedCode } from '../../ending/exit-codes.ts';
import { watchInterruption } from '../../ending/interruption.ts';
import { leave } from '../../ending/leave.ts';
import { print, printError } from '../../output/print.ts';
import { readParsed } from '../../read-parsed.ts';
import { lockFileOf, lockFlags } from './lock-flags.ts';

function say(text: string): void {
  print(`${visible(text, false)}\n`);
}

function sayInstalled({ manifest, locked }: Installed): void {
  const { name, version, components } = manifest;
  const how =
    locked.link === undefined
      ? `installed ${name} ${version}`
      : `linked ${name} ${version} from ${locked.link}; nothing of it is pinned`;
  say(`${how}: ${components.map(({ kind, type }) => `${pluginKinds[kind].word} ${type}`).join(', ')}`);
}

/** Brings onto this machine what the lock file pins; one that cannot be had does not keep the others away. */
async function restoreAll(installing: Installing): Promise<void> {
  const { plugins } = readLock(installing.lockFile);
  if (plugins.size === 0) {
    throw new UsageError(`there is nothing to install: ${installing.lockFile} pins no plugin`, {
      code: 'USAGE',
      hint: 'say what: kiln plugins install kiln-plugin-motd, or -template=FILE for what a template requires',
    });
  }
  const failures: unknown[] = [];
  for (const [name, locked] of plugins) {
    try {
      const isNew = await restorePlugin(name, locked, installing);
      say(`${name} ${locked.version}: ${isNew ? 'installed' : 'is here already'}`);
    } catch (error) {
      if (installing.npm.signal.aborted) throw error;
      failures.push(error);
    }
  }
  for (const error of failures.slice(1)) if (error instanceof Error) printError(`${visible(error.message, false)}\n`);
  if (failures.length > 0) throw failures[0];
}

async function requiredBy(
  path: string,
): Promise<Awaited<ReturnType<typeof readParsed>>['template']['requiredPlugins']> {
  return (await readParsed(path)).template.requiredPlugins;
}

export const install: Command = defineCommand({
  usage: 'plugins install [flags] [SOURCE...]',
  description:
    'Installs plugins and pins them in the lock file. A SOURCE is a package of npm (kiln-plugin-motd, kiln-plugin-motd@^1.2.0), a tarball, a git repository (git+file:///srv/motd.git#v1, git+https://…) or a folder; a folder is linked, so that what is in it counts whenever it is used. Without a SOURCE everything is installed that the lock file pins, or with -template what the template requires. npm fetches, as you have configured it; nothing of a plugin runs.',
  flags: {
    ...lockFlags,
    copy: { kind: 'switch', default: false, summary: 'copy a folder and pin it, instead of linking it' },
    mirror: {
      kind: 'many',
      placeholder: 'directory',
      summary: 'ask no server: a folder of tarballs as "npm pack" writes them; default KILN_PLUGIN_MIRROR',
    },
  },
  operands: { least: 0, most: Number.POSITIVE_INFINITY },
  run: async ({ flags, operands }) => {
    using interruption = watchInterruption(
      () => printError('Stopping; nothing that is half installed stays.\n'),
      (cause) => void leave(interruptedCode(cause)),
    );
    const lockFile = lockFileOf(flags);
    await using npm = await openNpm(
      flags.mirror.at(-1) ?? process.env['KILN_PLUGIN_MIRROR'] ?? '',
      interruption.signal,
    );
    const installing: Installing = { lockFile, cache: cacheDirectory(process.env), npm, builtin };
    const [template] = flags.template;
    if (operands.length === 0 && template === undefined) await restoreAll(installing);
    for (const source of operands) {
      const others = { builtin, plugins: readLock(lockFile).plugins };
      sayInstalled(await installPlugin(parseSource(source, process.cwd()), flags.copy, installing, others));
    }
    if (operands.length > 0 || template === undefined) return 0;
    for (const required of await requiredBy(template)) {
      const installed = await installRequired(required, installing, dirname(lockFile));
      if (installed === undefined) say(`${required.name}: is here already`);
      else if (installed === 'restored') say(`${required.name}: installed as the lock file pins it`);
      else sayInstalled(installed);
    }
    return 0;
  },
});
