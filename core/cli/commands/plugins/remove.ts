import { changeLock } from '../../../../plugins/install/write-lock.ts';
import { nameHint } from '../../../diagnostics/suggest.ts';
import { cacheDirectory } from '../../../directories/state-directory.ts';
import { UsageError } from '../../../errors/errors.ts';
import { defineCommand, type Command } from '../../command.ts';
import { print } from '../../output/print.ts';
import { lockFileOf, lockFlags } from './lock-flags.ts';

export const remove: Command = defineCommand({
  usage: 'plugins remove [flags] NAME...',
  description:
    'Takes plugins out of the lock file. Their files stay in the cache directory, where other templates, and runs that used them, may need them.',
  flags: lockFlags,
  operands: { least: 1, most: Number.POSITIVE_INFINITY },
  run: async ({ flags, operands }) => {
    const path = lockFileOf(flags);
    const { signal } = new AbortController();
    await changeLock(path, cacheDirectory(process.env), signal, (plugins) => {
      const unknown = operands.find((name) => !plugins.has(name));
      if (unknown !== undefined) {
        throw new UsageError(`${path} pins no plugin ${JSON.stringify(unknown)}`, {
          code: 'PLUGIN_MISSING',
          hint: nameHint(unknown, [...plugins.keys()]) ?? 'see "kiln plugins list"',
        });
      }
      return new Map([...plugins].filter(([name]) => !operands.includes(name)));
    });
    for (const name of operands) print(`removed ${name}\n`);
    return 0;
  },
});
