import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

interface Row<Outcome> {
  readonly packer: Outcome;
  readonly kiln?: Outcome;
  readonly meant?: string;
}

const documented = readFileSync(join(import.meta.dirname, '../../../docs/templates.md'), 'utf8').replace(/\s+/g, ' ');

/** Each row's outcome is Packer's, or the one that is meant to differ for a reason that docs/templates.md gives. */
export function expectSame<Outcome>(rows: readonly Row<Outcome>[], outcomes: readonly Outcome[]): void {
  const shown = (row: object, outcome: Outcome | undefined): object => {
    const input = Object.fromEntries(Object.entries(row).filter(([key]) => !['packer', 'kiln', 'meant'].includes(key)));
    return { input, outcome };
  };
  expect(rows.map((row, index) => shown(row, outcomes[index]))).toEqual(
    rows.map((row) => shown(row, row.kiln ?? row.packer)),
  );
  for (const { packer, kiln, meant } of rows) {
    expect(kiln === undefined, 'an outcome of its own and a reason go together').toBe(meant === undefined);
    if (meant === undefined) continue;
    expect(kiln).not.toEqual(packer);
    expect(documented).toContain(meant);
  }
  const own = rows.filter(({ kiln }) => kiln !== undefined).length;
  console.log(`${String(rows.length - own)} of ${String(rows.length)} as Packer, ${String(own)} otherwise on purpose`);
}
