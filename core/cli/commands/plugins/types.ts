import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readManifest } from '../../../../plugins/manifest/read-manifest.ts';
import { replaceFile } from '../../../files/replace-file.ts';
import { configSource } from '../../../schema/config-source.ts';
import { readSchema } from '../../../schema/read-schema.ts';
import { defineCommand, type Command } from '../../command.ts';
import { exitCodes } from '../../ending/exit-codes.ts';
import { print } from '../../output/print.ts';

export const types: Command = defineCommand({
  usage: 'plugins types [flags] [DIRECTORY]',
  description:
    "Writes config.gen.ts beside each schema of a plugin that is written in TypeScript: the type of the options as the component is given them. DIRECTORY is the plugin's folder; default the working directory.",
  flags: {
    check: { kind: 'switch', default: false, summary: 'write nothing; the exit code is 1 when a file is out of step' },
  },
  operands: { least: 0, most: 1 },
  run: async ({ flags, operands: [directory = '.'] }) => {
    const folder = resolve(directory);
    let stale = 0;
    for (const { type, schema } of readManifest(folder).components) {
      if (schema === undefined) continue;
      const path = join(folder, dirname(schema), 'config.gen.ts');
      const text = configSource(type, await readSchema(join(folder, schema)));
      if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
      stale += 1;
      if (flags.check) print(`out of step with its schema: ${path}\n`);
      else await replaceFile(path, text);
    }
    return flags.check && stale > 0 ? exitCodes.failed : exitCodes.ok;
  },
});
