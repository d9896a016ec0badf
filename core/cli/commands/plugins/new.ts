import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkType, kindFor, scaffold, scaffoldKinds, type ScaffoldKind } from '../../../../plugins/new/scaffold.ts';
import { languages } from '../../../../plugins/new/templates.ts';
import { UsageError } from '../../../errors/errors.ts';
import { defineCommand, type Command } from '../../command.ts';
import { print } from '../../output/print.ts';

const ANY = 'any';

/** All the files, or none. */
function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const isNew = !existsSync(folder);
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text, { flag: 'wx', mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
  } catch (cause) {
    if (isNew) rmSync(folder, { recursive: true, force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`the plugin cannot be written to ${folder}: ${why}`, { code: 'PLUGIN_NOT_WRITTEN', cause });
  }
}

export const newPlugin: Command = defineCommand({
  usage: 'plugins new [flags] NAME',
  description:
    'Begins a plugin that works, in a new folder kiln-plugin-NAME: schema, types, code, a test, a template that uses it, README and a file for CI. NAME is the type by which templates will name the component. Nothing that is there is overwritten.',
  flags: {
    kind: {
      kind: 'choice',
      default: ANY,
      choices: [ANY, ...Object.keys(scaffoldKinds)],
      summary: 'what the plugin brings; any is a provisioner, in Go a post-processor',
    },
    language: { kind: 'choice', default: 'typescript', choices: languages, summary: 'the language it is written in' },
  },
  operands: { least: 1, most: 1 },
  run: ({ flags, operands: [name = ''] }) => {
    const type = name.replace(/^kiln-plugin-/, '');
    const { language } = flags;
    const kind = kindFor(language, flags.kind === ANY ? undefined : (flags.kind as ScaffoldKind));
    checkType(type, kind);
    const folder = resolve(`kiln-plugin-${type}`);
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw new UsageError(`${folder} is there already, and not empty`, {
        code: 'PLUGIN_EXISTS',
        hint: 'give the plugin another name, or remove the folder',
      });
    }
    const files = scaffold({ type, language, kind });
    writeFiles(folder, files);
    print(
      `${Object.keys(files)
        .map((file) => `kiln-plugin-${type}/${file}\n`)
        .join('')}\nNow: see kiln-plugin-${type}/README.md\n`,
    );
    return 0;
  },
});
