import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runBuilds } from './running-tables/builds.ts';
import { runCommand, type CommandRow, type Ended } from './running-tables/commands.ts';
import { expectSame } from './running-tables/same-as-packer.ts';
import { BUILD_TABLES, buildRows, commandRows, NULL_BUILDER } from './running-tables/tables.ts';
import { directory } from './run-kiln.ts';

/** How many command lines run at once. */
const AT_ONCE = 4;

async function runAll(rows: readonly CommandRow[]): Promise<readonly Ended[]> {
  const outcomes: Ended[] = [];
  const left = [...rows.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, row] = next;
      outcomes[index] = await runCommand('kiln', join(directory, `command-${String(index)}`), row);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

describe("what runs in Packer's own unit tests, and neighbours of it, comes to what it comes to in Packer 1.6.6", () => {
  test.each(BUILD_TABLES)(
    '%s',
    async (table) => {
      const root = join(directory, table);
      mkdirSync(root);
      const rows = buildRows(table);
      expectSame(rows, await runBuilds('kiln', { root, rows, first: 0, plain: NULL_BUILDER }));
    },
    120_000,
  );

  test('command lines', async () => {
    const rows = commandRows();
    expectSame(rows, await runAll(rows));
  }, 240_000);

  test('there are enough rows', () => {
    const count = BUILD_TABLES.reduce((sum, table) => sum + buildRows(table).length, commandRows().length);
    expect(count).toBeGreaterThanOrEqual(850);
  });
});
