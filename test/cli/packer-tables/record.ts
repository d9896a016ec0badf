/** Asks the packer on PATH (1.6.6) what it says of all rows, and writes it down: `node test/cli/packer-tables/record.ts`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askPacker } from '../each-a-build.ts';
import { makeFiles, readTables, tableFiles, type Row, type Table } from './tables.ts';

/** Every plugin is a process to Packer, and all of a template run at once. */
const AT_ONCE = 50;

const directory = mkdtempSync(join(tmpdir(), 'kiln-record-'));
makeFiles(directory);

function recorded({ of, least, rows }: Table): Table {
  const said: Row[] = [];
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const some = rows.slice(start, start + AT_ONCE);
    const complaints = askPacker(
      some.map(({ options }) => ({ component: of, options: { ...least, ...options } })),
      directory,
    );
    said.push(...some.map(({ options }, index) => ({ options, accepted: complaints[index] === undefined })));
  }
  return { of, least, rows: said };
}

for (const path of tableFiles) writeFileSync(path, JSON.stringify(readTables(path).map(recorded)));
rmSync(directory, { recursive: true });
execFileSync('prettier', ['--write', ...tableFiles]);
