/** Asks the packer on PATH (1.6.6) what it says of all cases, and writes it down: `node test/cli/empty-values/record.ts`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases, files, folders, templateOf, type Case } from './cases.ts';

/** Every plugin is a process to Packer, and all of a template run at once. */
const AT_ONCE = 100;

const directory = mkdtempSync(join(tmpdir(), 'kiln-record-'));
for (const name of files) writeFileSync(join(directory, name), 'x');
for (const name of folders) mkdirSync(join(directory, name));

/** "+" accepted, "-" refused, "?" not an option of this Packer's. */
function ask(some: readonly Case[]): readonly string[] {
  writeFileSync(join(directory, 't.json'), JSON.stringify(templateOf(some)));
  const env = { PATH: process.env['PATH'], HOME: directory, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' };
  const { stdout, stderr } = spawnSync('packer', ['validate', 't.json'], { cwd: directory, encoding: 'utf8', env });
  const [, ...parts] = `${stdout}${stderr}`.split(/^Error: Failed to prepare build: "case(\d+)"$/m);
  const said = new Map(
    parts.flatMap((part, index) => (index % 2 === 0 ? [[Number(part), parts[index + 1] ?? '']] : [])),
  );
  return some.map((_, index) => {
    const words = said.get(index);
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
