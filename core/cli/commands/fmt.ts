import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors/errors.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { formatTemplate } from '../../template/format/format-template.ts';
import { unifiedDiff } from '../../template/format/line-diff.ts';
import { parseJsonSource } from '../../template/json-source.ts';
import { readNamedFile } from '../../template/read-template.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodes } from '../ending/exit-codes.ts';
import { print } from '../output/print.ts';

interface Flags {
  readonly check: boolean;
  readonly diff: boolean;
  readonly write: boolean;
}

async function isDirectory(path: string): Promise<boolean> {
  return path !== '-' && (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** The JSON files of a directory that have builders: others may be anything. */
async function templatesIn(directory: string, recursive: boolean): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return recursive ? templatesIn(path, recursive) : [];
      if (!entry.isFile() || !entry.name.endsWith('.json')) return [];
      const { value } = parseJsonSource(path, await readNamedFile(path, 'template', 'TEMPLATE_UNREADABLE'));
      return typeof value === 'object' && value !== null && 'builders' in value ? [path] : [];
    }),
  );
  return found.flat().sort();
}

/** Formats one file; true when it was not in the layout before. */
async function formatFile(path: string, flags: Flags): Promise<boolean> {
  const before = await readNamedFile(path, 'template', 'TEMPLATE_UNREADABLE');
  const after = formatTemplate(path === '-' ? '<stdin>' : path, before);
  if (flags.diff) print(unifiedDiff(path, before, after));
  if (path === '-') {
    if (!flags.diff && !flags.check) print(after);
    return before !== after;
  }
  if (before === after) return false;
  if (!flags.diff) print(`${path}\n`);
  if (flags.write && !flags.check) await replaceFile(path, after);
  return true;
}

export const fmt: Command = defineCommand({
  usage: 'fmt [flags] TEMPLATE...',
  description:
    'Brings templates into one layout: two blanks a level, one element a line but for lists that fit on one; order and comments stay. Prints the names of the files that it changes. A directory stands for the templates in it, "-" for standard input, whose layout goes to standard output.',
  flags: {
    check: { kind: 'switch', default: false, summary: 'change nothing; the exit code is 1 when a file would change' },
    diff: { kind: 'switch', default: false, summary: 'show the changes' },
    write: { kind: 'switch', default: true, summary: 'whether files are written' },
    recursive: { kind: 'switch', default: false, summary: 'templates in directories below, too' },
  },
  operands: { least: 1, most: Number.POSITIVE_INFINITY },
  run: async ({ flags, operands }) => {
    let changed = false;
    for (const operand of operands) {
      const directory = await isDirectory(operand);
      const paths = directory ? await templatesIn(operand, flags.recursive) : [operand];
      if (directory && paths.length === 0) {
        throw new UsageError(`the directory ${operand} has no templates`, { code: 'TEMPLATE_UNREADABLE' });
      }
      for (const path of paths) changed = (await formatFile(path, flags)) || changed;
    }
    return flags.check && changed ? exitCodes.failed : exitCodes.ok;
  },
});
