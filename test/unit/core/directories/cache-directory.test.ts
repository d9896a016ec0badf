import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { cachePlace } from '../../../../core/directories/cache-directory.ts';

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-cache-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

it('a place in the cache is made when it is asked for, with those above it', async () => {
  const cache = join(newDirectory(), 'a/b');
  const path = await cachePlace(cache, 'downloads', 0o700);
  expect(path).toBe(join(cache, 'downloads'));
  expect(statSync(path).isDirectory()).toBe(true);
  expect(await cachePlace(cache, 'downloads')).toBe(path);
});

it.each([
  ['below a file', (directory: string) => join(directory, 'file/cache')],
  ['that is a file', (directory: string) => join(directory, 'file')],
  ['where the system makes none', () => '/proc/nope'],
])('a cache directory %s is an error that says what to set', async (_what, place) => {
  const directory = newDirectory();
  writeFileSync(join(directory, 'file'), '');
  await expect(cachePlace(place(directory), 'downloads')).rejects.toMatchObject({
    code: 'CACHE_UNWRITABLE',
    hint: expect.stringContaining('KILN_CACHE_DIR') as string,
  });
});
