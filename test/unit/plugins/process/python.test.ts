import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../../../core/dev/components.ts';
import { fakeGuest, runProvisioner } from '../../../../plugins/sdk/testing.ts';
import { pluginIn } from '../../../support/plugins/process-plugin.ts';

const folder = join(root, 'examples/plugins/python');

test('a provisioner in Python writes a file of the guest and shows what a command says', async () => {
  const guest = fakeGuest((command) => (command.startsWith('cat ') ? { stdout: 'Welcome\n' } : undefined));
  const motd = await (await pluginIn(folder))('provisioners', 'motd');
  const run = await runProvisioner(motd, { text: 'Welcome', show: true }, { guest });
  expect(run.failure).toBeUndefined();
  expect(run.outcome).toBe('succeeded');
  expect(guest.files.get('/etc/motd')?.toString()).toBe('Welcome\n');
  expect(guest.commands).toEqual(['cat /etc/motd']);
  expect(run.lines).toContain('Writing /etc/motd');
  expect(run.lines).toContain('Welcome');
});
