/** Asks the packer on PATH (1.6.6) what it says of all cases, and writes it down: `node test/cli/empty-values/record.ts`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPacker } from '../each-a-build.ts';
import { cases, files, folders, judged, type Case } from './cases.ts';

/** Every plugin is a process to Packer, and all of a template run at once. */
const AT_ONCE = 100;

const directory = mkdtempSync(join(tmpdir(), 'kiln-record-'));
for (const name of files) writeFileSync(join(directory, name), 'x');
for (const name of folders) mkdirSync(join(directory, name));

/** "+" accepted, "-" refused, "?" not an option of this Packer's. */
function ask(some: readonly Case[]): readonly string[] {
  return askPacker(some.map(judged), directory).map((words) => {
    return words === undefined ? '+' : words.includes('unknown configuration key') ? '?' : '-';
  });
}

const answers: Record<string, Record<string, string>> = {};
for (let start = 0; start < cases.length; start += AT_ONCE) {
  const some = cases.slice(start, start + AT_ONCE);
  for (const [index, answer] of ask(some).entries()) {
    const { component = '', option = '' } = some[index] ?? {};
    const own = (answers[component] ??= {});
    own[option] = `${own[option] ?? ''}${answer}`;
  }
}
writeFileSync(join(import.meta.dirname, 'packer-1.6.6.json'), `${JSON.stringify(answers, null, 2)}\n`);
rmSync(directory, { recursive: true });
execFileSync('prettier', ['--write', join(import.meta.dirname, 'packer-1.6.6.json')]);
