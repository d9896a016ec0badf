import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance, fakeGuest, prepare, runProvisioner } from 'kiln-sdk/testing';
import { provisioner } from './index.ts';

const motd = { type: 'motd', schema: new URL('schema.json', import.meta.url), component: provisioner };

for (const { rule, check } of conformance(motd, { options: { message: 'Welcome' } })) void test(rule, check);

void test('writes the message', async () => {
  const guest = fakeGuest((command) => (command.startsWith('chown') ? { exitStatus: 0 } : undefined));
  const { outcome } = await runProvisioner(motd, { message: 'Welcome', owner: 'root' }, { guest });
  assert.equal(outcome, 'succeeded');
  assert.equal(guest.files.get('/etc/motd')?.toString(), 'Welcome\n');
  assert.deepEqual(guest.commands, ['chown root /etc/motd']);
});

void test('complains as kiln validate does', async () => {
  const template = '{ "builders": [{ "type": "test" }], "provisioners": [{ "type": "motd" }] }';
  const complaints = await prepare(motd, template);
  assert.deepEqual(
    complaints.map(({ code }) => code),
    ['OPTION_MISSING'],
  );
});
