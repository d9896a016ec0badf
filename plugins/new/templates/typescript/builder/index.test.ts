import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { conformance, runBuilder } from 'kiln-sdk/testing';
import { imageKind, makeImage } from './cloud.ts';
import { builder } from './index.ts';

const cloud = mkdtempSync(join(tmpdir(), 'example-'));
after(() => rmSync(cloud, { recursive: true }));

const tested = { type: 'example', schema: new URL('schema.json', import.meta.url), component: builder };
const image = {
  kind: imageKind,
  acquisition: {
    describe: 'an image',
    locator: cloud,
    create: async (token: string) => ({ id: await makeImage(cloud, 'tested', token), handle: undefined }),
  },
};
const types = new URL('config.gen.ts', import.meta.url);

for (const { rule, check } of conformance(tested, { options: { cloud }, things: [image], types }))
  void test(rule, check);

void test('makes an image that stays', async () => {
  const { outcome, artifacts } = await runBuilder(tested, { cloud, image_name: 'web' });
  assert.equal(outcome, 'succeeded');
  assert.equal(artifacts.length, 1);
  assert.match(readdirSync(cloud).join(), /web-.*\.img/);
});
