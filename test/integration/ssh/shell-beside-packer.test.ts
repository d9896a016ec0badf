import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { directory } from '../../cli/run-kiln.ts';
import { runBuilds } from '../../cli/running-tables/builds.ts';
import { expectSame } from '../../cli/running-tables/same-as-packer.ts';
import { buildRows, SSH_TABLE } from '../../cli/running-tables/tables.ts';
import { nullBuilder, sshdMissing, startSshd, type TestSshd } from '../../support/ssh/sshd.ts';

describe.skipIf(sshdMissing() !== undefined)('shell and file over a real sshd', () => {
  let sshd: TestSshd;

  beforeAll(async () => {
    sshd = await startSshd(['MaxStartups 1000']);
  });
  afterAll(() => sshd.stop());

  test('come to what they come to in Packer 1.6.6', async () => {
    const root = join(directory, 'builds');
    mkdirSync(root);
    const rows = buildRows(SSH_TABLE);
    expectSame(rows, await runBuilds('kiln', { root, rows, first: 0, plain: nullBuilder(sshd) }));
  }, 240_000);
});
