import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { conformance, runPostProcessor } from 'kiln-sdk/testing';
import { postProcessor } from './index.ts';

const tested = { type: 'example', schema: new URL('schema.json', import.meta.url), component: postProcessor };
const artifact = { builderId: 'test', id: 'a', description: '', files: ['/images/disk.raw'], properties: {} };
let directory = '';

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'example-'));
});
after(() => rm(directory, { recursive: true }));
const types = new URL('config.gen.ts', import.meta.url);

for (const { rule, check } of conformance(tested, { types })) void test(rule, check);

void test('lists the files', async () => {
  const output = join(directory, 'files.txt');
  const { outcome } = await runPostProcessor(tested, { output }, { artifact });
  assert.equal(outcome, 'succeeded');
  assert.equal(await readFile(output, 'utf8'), '/images/disk.raw\n');
});
