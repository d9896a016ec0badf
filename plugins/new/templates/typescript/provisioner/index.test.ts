import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance, fakeGuest, runProvisioner } from 'kiln-sdk/testing';
import { provisioner } from './index.ts';

const tested = { type: 'example', schema: new URL('schema.json', import.meta.url), component: provisioner };
const types = new URL('config.gen.ts', import.meta.url);

for (const { rule, check } of conformance(tested, { options: { text: 'hello' }, types })) void test(rule, check);

void test('writes the text', async () => {
  const guest = fakeGuest();
  const { outcome } = await runProvisioner(tested, { text: 'hello' }, { guest });
  assert.equal(outcome, 'succeeded');
  assert.equal(guest.files.get('/etc/example')?.toString(), 'hello\n');
});
