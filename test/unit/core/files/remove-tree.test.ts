import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeTree } from '../../../../core/files/remove-tree.ts';
import { lacks } from '../../../support/kiln/needs.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-remove-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a directory goes with all that is in it, and what links lead to stays', async () => {
  const [tree, other] = [join(directory, 'tree'), join(directory, 'other')];
  mkdirSync(join(tree, 'a/b'), { recursive: true });
  writeFileSync(other, 'mine');
  symlinkSync(other, join(tree, 'a/link'));
  await removeTree(tree);
  expect(existsSync(tree)).toBe(false);
  expect(readFileSync(other, 'utf8')).toBe('mine');
});

test('what is not there is no fault', async () => {
  await expect(removeTree(join(directory, 'none'))).resolves.toBeUndefined();
});

test.skipIf(lacks(['mount'], true))('nothing is removed while something is mounted in it', async () => {
  const [tree, mine] = [join(directory, 'a tree'), join(directory, 'mine')];
  const place = join(tree, 'root/dev');
  mkdirSync(place, { recursive: true });
  mkdirSync(mine);
  writeFileSync(join(mine, 'file'), 'mine');
  writeFileSync(join(tree, 'made'), 'x');
  execFileSync('mount', ['--bind', mine, place]);
  try {
    await expect(removeTree(tree)).rejects.toMatchObject({
      code: 'STILL_MOUNTED',
      message: expect.stringContaining(`mounted at ${place}`) as string,
      hint: `umount '${place}'`,
    });
    expect(readFileSync(join(mine, 'file'), 'utf8')).toBe('mine');
    expect(existsSync(join(tree, 'made'))).toBe(true);
  } finally {
    execFileSync('umount', [place]);
  }
  await removeTree(tree);
  expect(existsSync(tree)).toBe(false);
  expect(readFileSync(join(mine, 'file'), 'utf8')).toBe('mine');
});
