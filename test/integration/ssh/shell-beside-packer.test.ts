import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { directory } from '../../cli/run-kiln.ts';
import { runBuilds } from '../../cli/running-tables/builds.ts';
import { expectSame } from '../../cli/running-tables/same-as-packer.ts';
import { buildRows, SSH_TABLE } from '../../cli/running-tables/tables.ts';
import { nullBuilder, sshdMissing } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';

const test = testWithSshd(['MaxStartups 1000']);

describe.skipIf(sshdMissing() !== undefined)('shell and file over a real sshd', () => {
  test('come to what they come to in Packer 1.6.6', async ({ sshd }) => {
    const root = join(directory, 'builds');
    mkdirSync(root);
    const rows = buildRows(SSH_TABLE);
    expectSame(rows, await runBuilds('kiln', { root, rows, first: 0, plain: nullBuilder(sshd) }));
  }, 240_000);
});
