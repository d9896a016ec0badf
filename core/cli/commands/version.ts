import { print } from '../output/print.ts';
import { defineCommand, type Command } from '../command.ts';
import { versionText, kilnVersion } from '../kiln-version.ts';
import { machineLine } from '../../ui/machine-line.ts';

export const version: Command = defineCommand({
  usage: 'version [flags]',
  description: "Shows Kiln's version.",
  flags: {
    'machine-readable': { kind: 'switch', default: false, summary: 'print the version as machine-readable lines' },
  },
  operands: { least: 0, most: 0 },
  run: ({ flags }) => {
    const now = Date.now();
    const records: readonly (readonly [string, ...string[]])[] = [
      ['version', kilnVersion],
      ['version-prelease', ''],
      ['version-commit', ''],
      ['ui', 'say', versionText],
    ];
    const lines = records.map(([type, ...data]) => machineLine(now, '', type, data)).join('');
    print(flags['machine-readable'] ? lines : `${versionText}\n`);
    return 0;
  },
});
