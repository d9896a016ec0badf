import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lookup } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'example-'));
const file = join(directory, 'secrets');
writeFileSync(file, 'user=me\npassword=hush\n');
after(() => rmSync(directory, { recursive: true }));

void test('has the name of its function', () => assert.equal(lookup.name, 'example'));

void test('finds a value, and says what is not there', async () => {
  const { signal } = new AbortController();
  assert.equal(await lookup.fetch([file, 'password'], signal), 'hush');
  await assert.rejects(lookup.fetch([file, 'nothing'], signal), { code: 'LOOKUP_FAILED' });
});
