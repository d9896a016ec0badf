import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expandGlob, isGlob } from '../../../../plugins/sdk/files.ts';

let home = '';

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'kiln-glob-'));
  mkdirSync(join(home, 'one/deep'), { recursive: true });
  mkdirSync(join(home, 'two'));
  for (const name of ['one/a.ps1', 'one/b.ps1', 'one/c.txt', 'one/.hidden', 'two/a.ps1', 'one/a[1].txt', 'one/a(x)']) {
    writeFileSync(join(home, name), '');
  }
  symlinkSync(join(home, 'nowhere'), join(home, 'one/broken.ps1'));
});

afterAll(() => rmSync(home, { recursive: true }));

it.each([
  ['one/*.ps1', ['one/a.ps1', 'one/b.ps1']],
  ['*/a.ps1', ['one/a.ps1', 'two/a.ps1']],
  ['one/*', ['one/.hidden', 'one/a(x)', 'one/a.ps1', 'one/a[1].txt', 'one/b.ps1', 'one/c.txt', 'one/deep']],
  ['one/[bc].*', ['one/b.ps1', 'one/c.txt']],
  ['one/[^a-b].*', ['one/c.txt']],
  ['one/?.txt', ['one/c.txt']],
  ['one/a\\[1\\].t?t', ['one/a[1].txt']],
  ['one/a(*', ['one/a(x)']],
  ['*/', ['one/', 'two/']],
  ['o*/./../two/*', ['one/./../two/a.ps1']],
  ['**/deep', ['one/deep']],
  ['one/[z-a]', []],
  ['none/*', []],
  ['one/c.txt', ['one/c.txt']],
])('%s stands for %j', async (pattern, paths) => {
  expect(await expandGlob(`${home}/${pattern}`)).toEqual(paths.map((path) => `${home}/${path}`));
});

it('is told from a path by its characters', () => {
  expect(['a*', 'a?', '[a]'].every(isGlob)).toBe(true);
  expect(isGlob('a/b (c).txt')).toBe(false);
});
