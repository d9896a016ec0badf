import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conformance, fetchData } from 'kiln-sdk/testing';
import { dataSource } from './index.ts';

const tested = { type: 'example', schema: new URL('schema.json', import.meta.url), component: dataSource };
const options = { path: 'README.md' };
const types = new URL('config.gen.ts', import.meta.url);

for (const { rule, check } of conformance(tested, { options, types })) void test(rule, check);

void test('gives the first line', async () => {
  assert.deepEqual(await fetchData(tested, options), { line: '# kiln-plugin-example' });
});
