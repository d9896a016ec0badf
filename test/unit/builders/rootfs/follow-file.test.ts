import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFile, readTail } from '../../../../builders/rootfs/follow-file.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-follow-'));
  path = join(directory, 'log');
});
afterEach(() => rm(directory, { recursive: true }));

describe('following a file', () => {
  it('gives each line once, also what is written in pieces and just before the end', async () => {
    await writeFile(path, 'one\ntw');
    const lines: string[] = [];
    const end = Promise.withResolvers<undefined>();
    const followed = followFile(path, end.promise, (line) => lines.push(line));
    await expect.poll(() => lines).toEqual(['one']);
    await appendFile(path, 'o\nthr');
    await expect.poll(() => lines).toEqual(['one', 'two']);
    await appendFile(path, 'ee');
    end.resolve(undefined);
    await followed;
    expect(lines).toEqual(['one', 'two', 'three']);
  });
});

describe('the tail of a file', () => {
  it('is all of a short file', async () => {
    await writeFile(path, 'one\ntwo\n');
    expect(await readTail(path)).toBe('one\ntwo\n');
  });

  it('starts with a whole line', async () => {
    await writeFile(path, Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(''));
    const tail = await readTail(path);
    expect(tail).toMatch(/^line \d+\n/);
    expect(tail).toMatch(/line 4999\n$/);
    expect(tail.length).toBeLessThanOrEqual(8192);
  });
});
