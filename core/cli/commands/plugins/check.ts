import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readManifest } from '../../../../plugins/manifest/read-manifest.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { UsageError } from '../../../errors/errors.ts';
import { isObject } from '../../../json/guards.ts';
import { jsonIn } from '../../../json/json-in.ts';
import { visible } from '../../../text/visible.ts';
import { defineCommand, type Command } from '../../command.ts';
import { exitCodes } from '../../ending/exit-codes.ts';
import { modeFlags } from '../../flags/shared-flags.ts';
import { kilnVersion } from '../../kiln-version.ts';
import { print, printError } from '../../output/print.ts';

function readOptions(files: readonly string[]): JsonObject {
  return Object.assign(
    {},
    ...files.map((file) => {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (cause) {
        throw new UsageError(`${file} cannot be read: ${String(cause)}`, { code: 'FLAG_VALUE', cause });
      }
      const options = jsonIn(text);
      if (isObject(options)) return options;
      throw new UsageError(`${file} has to hold an object of options by the types of components`, {
        code: 'FLAG_VALUE',
        hint: 'write { "motd": { "text": "Welcome" } }',
      });
    }),
  ) as JsonObject;
}

export const check: Command = defineCommand({
  usage: 'plugins check [flags] DIRECTORY',
  description:
    "Plays Kiln's side for a plugin that is an executable, in a DIRECTORY with its kiln-plugin.json, and says what is wrong: it starts the plugin and asks it what Kiln would ask. Components for which -options gives options are run, on a guest that is none; what they make is given back. The exit code is 1 when something is wrong.",
  flags: {
    options: {
      kind: 'many',
      placeholder: 'file',
      summary: 'JSON file with options of components by their types; these components are run',
    },
    json: { ...modeFlags.json, summary: 'write one JSON object a line' },
  },
  operands: { least: 1, most: 1 },
  run: async ({ flags, operands: [directory = ''] }) => {
    const folder = resolve(directory);
    const manifest = readManifest(folder);
    if (manifest.command === undefined) {
      throw new UsageError(`the plugin ${manifest.name} is made of modules, and has no process to speak with`, {
        code: 'USAGE',
        hint: 'the conformance kit of kiln-sdk/testing checks modules',
      });
    }
    const options = readOptions(flags.options);
    const { checkPlugin } = await import('../../../../plugins/process/check/check-plugin.ts');
    const isWell = await checkPlugin(manifest, {
      folder,
      kilnVersion,
      options,
      onFinding: (finding) => {
        const { what, fault, hint } = finding;
        if (flags.json) print(`${JSON.stringify(finding)}\n`);
        else if (fault === undefined) print(`  ✓ ${what}\n`);
        else print(`  ✗ ${what}: ${visible(fault, false)}\n${hint === undefined ? '' : `    ${hint}\n`}`);
      },
      onLog: (line) => printError(`${manifest.name}: ${visible(line, false)}\n`),
    });
    return isWell ? exitCodes.ok : exitCodes.failed;
  },
});
