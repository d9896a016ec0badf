/**
 * Has the packer on PATH (1.6.6) run all rows, and writes down what came of it: `node test/cli/running-tables/record.ts`;
 * names of tables may follow. It starts an sshd for the rows over SSH, and so runs as root.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import { nullBuilder, startSshd } from '../../support/ssh/sshd.ts';
import { runBuilds, type BuildRow } from './builds.ts';
import { runCommand } from './commands.ts';
import { BUILD_TABLES, buildRows, COMMAND_TABLE, commandRows, NULL_BUILDER, pathOf, SSH_TABLE } from './tables.ts';

/** Every plugin is a process to Packer, and all of a template run at once. */
const AT_ONCE = 40;

const root = mkdtempSync(join(tmpdir(), 'running-'));
const wanted = process.argv.slice(2);

function isWanted(table: string): boolean {
  return wanted.length === 0 || wanted.includes(table);
}

function write(table: string, rows: unknown): void {
  writeFileSync(pathOf(table), JSON.stringify(rows));
  execFileSync('prettier', ['--write', pathOf(table)]);
}

async function recordBuilds(table: string, plain: JsonObject): Promise<void> {
  const rows = buildRows(table);
  const recorded: BuildRow[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const some = rows.slice(start, start + AT_ONCE);
    const directory = join(root, `${table}-${String(start)}`);
    mkdirSync(directory);
    const outcomes = await runBuilds('packer', { root: directory, rows: some, first: start, plain });
    recorded.push(...some.map((row, index) => ({ ...row, packer: outcomes[index] ?? row.packer })));
  }
  write(table, recorded);
}

for (const table of BUILD_TABLES.filter(isWanted)) await recordBuilds(table, NULL_BUILDER);
if (isWanted(SSH_TABLE)) {
  const sshd = await startSshd(['MaxStartups 1000']);
  await recordBuilds(SSH_TABLE, nullBuilder(sshd));
  await sshd.stop();
}
if (isWanted(COMMAND_TABLE)) {
  const recorded = [];
  for (const [index, row] of commandRows().entries()) {
    recorded.push({ ...row, packer: await runCommand('packer', join(root, `command-${String(index)}`), row) });
  }
  write(COMMAND_TABLE, recorded);
}
rmSync(root, { recursive: true });
