import { open, readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSparsely } from '../../../../post-processors/upload/targets/file/write-sparsely.ts';
import type { FarEnd } from '../../../support/upload/far-end.ts';
import { localEnd } from '../../../support/upload/far-ends.ts';
import { uploadSuite } from '../../../support/upload/suite.ts';
import { failureOf, fileOf, noise, upload } from '../../../support/upload/upload.ts';

const MIB = 1_048_576;
uploadSuite('a directory of this machine', localEnd, { local: true, open: true });

let farEnd: FarEnd;
beforeAll(async () => (farEnd = await localEnd()));
afterAll(() => farEnd.stop());

test('a disk keeps its holes, between data and at its end', async () => {
  const size = 64 * MIB;
  const path = await fileOf('disk', Buffer.alloc(0));
  await using disk = await open(path, 'r+');
  await disk.truncate(size);
  // A hole within a part, one over several, and one at the end.
  for (const at of [0, 3 * MIB, 40 * MIB]) await disk.write(noise(MIB), 0, MIB, at);
  const target = farEnd.target('sparse/');
  const run = await upload([path], { targets: [target] });
  expect(failureOf(run)).toBeUndefined();
  const there = new URL(`${target.url}disk`).pathname;
  expect((await readFile(there)).equals(await readFile(path))).toBe(true);
  // Three MiB of data, and a block at the end of each part.
  expect((await stat(there)).blocks * 512).toBeLessThan(4 * MIB);
});

test('zeros are written over what is not zeros', async () => {
  const path = await fileOf('part', noise(MIB));
  await writeSparsely(path, 100_000, Buffer.alloc(200_000));
  await writeSparsely(path, MIB - 10, Buffer.alloc(MIB));
  const expected = Buffer.concat([noise(MIB).subarray(0, MIB - 10), Buffer.alloc(MIB)]).fill(0, 100_000, 300_000);
  expect((await readFile(path)).equals(expected)).toBe(true);
});
