import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { freePort } from '../../../support/ssh/sshd.ts';
import { root } from '../../../../core/dev/components.ts';

const AT_ONCE = { start: 0, checks: 0, stop: 0, terminate: 0, snapshot: 0, image: 0 };

/** The calls of the table under "Calls" in the component's README, row by row. */
function documented(): { readonly kiln: readonly string[]; readonly packer: readonly string[] } {
  const text = readFileSync(join(root, 'builders/amazon-ebs/README.md'), 'utf8');
  const rows = text
    .slice(text.indexOf('## Calls'), text.indexOf('## Options'))
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const callsIn = (column: number): readonly string[] =>
    rows.flatMap((cells) => (cells[column] ?? '').split(', ').filter((call) => /^[A-Z]\w+$/.test(call)));
  return { kiln: callsIn(2), packer: callsIn(3) };
}

it.skipIf(lacks(['/usr/sbin/sshd'], true))('makes the calls that its README says, and fewer than Packer', async () => {
  const port = await freePort();
  await using place = await amazonPlace({ guest: { kind: 'sshd', port }, timePerCall: 0, durations: AT_ONCE });
  const { report } = await place.bake({ communicator: 'ssh', ssh_username: 'root', ssh_port: port });
  expect(report.failure).toBeUndefined();
  const { kiln, packer } = documented();
  expect(place.calls()).toEqual(kiln);
  expect(kiln.length).toBeLessThan(packer.length);
});
