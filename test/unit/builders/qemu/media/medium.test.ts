import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { gather, pathOnMedium, type Layout } from '../../../../../builders/qemu/media/medium.ts';

let home = '';

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'kiln-medium-')));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'seed/sub/empty'), { recursive: true });
  writeFileSync(join(home, 'seed/user-data'), '');
  writeFileSync(join(home, 'seed/sub/script'), '');
  writeFileSync(join(home, 'script'), '');
});

const warnings: string[] = [];

async function places(layout: Layout, paths: readonly string[], texts: Record<string, string> = {}): Promise<string[]> {
  warnings.length = 0;
  const sources = { option: 'cd_files', paths: paths.map((path) => `${home}/${path}`), layout };
  const { directories, files } = await gather([sources], texts, (text) => warnings.push(text));
  return [...[...directories].map((path) => `${path}/`), ...files.keys()].sort();
}

describe('what comes onto a medium', () => {
  it.each<[Layout, string, string[]]>([
    ['tree', 'seed', ['seed/', 'seed/sub/', 'seed/sub/empty/', 'seed/sub/script', 'seed/user-data']],
    ['tree', 'seed/', ['sub/', 'sub/empty/', 'sub/script', 'user-data']],
    ['tree', 'seed/.', ['sub/', 'sub/empty/', 'sub/script', 'user-data']],
    ['tree', 'seed/*', ['sub/', 'sub/empty/', 'sub/script', 'user-data']],
    ['tree', 'seed/user-data', ['user-data']],
    ['named tree', 'seed/sub/', ['sub/', 'sub/empty/', 'sub/script']],
    ['flat', 'seed', ['script', 'user-data']],
  ])('as %s of %s is %j', async (layout, path, expected) => {
    expect(await places(layout, [path])).toEqual(expected);
  });

  it('has the directories of the texts, which win over files', async () => {
    expect(await places('tree', ['script'], { 'a/b/c': 'x', './script': 'y' })).toEqual([
      'a/',
      'a/b/',
      'a/b/c',
      'script',
    ]);
    const { files } = await gather([], { '/script': 'y' }, () => undefined);
    expect(files.get('script')).toEqual({ text: 'y' });
  });

  it('has the later of two files for one place, and tells of it', async () => {
    expect(await places('flat', ['script', 'seed/sub'])).toEqual(['script']);
    expect(warnings).toEqual([
      expect.stringMatching(/^script is named twice in cd_files; .*seed\/sub\/script is taken/),
    ]);
  });

  it('is told of when it is nothing', async () => {
    expect(await places('tree', ['*.iso'])).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('*.iso')]);
    await expect(places('tree', ['none'])).rejects.toMatchObject({
      code: 'MEDIUM_FILE_MISSING',
      pointer: '/cd_files/0',
    });
  });

  it('is what symbolic links lead to, unless that has no end', async () => {
    symlinkSync(join(home, 'seed/sub'), join(home, 'link'));
    expect(await places('tree', ['link'])).toEqual(['link/', 'link/empty/', 'link/script']);
    symlinkSync(join(home, 'seed'), join(home, 'seed/sub/up'));
    await expect(places('tree', ['seed'])).rejects.toMatchObject({ code: 'MEDIUM_LOOP' });
  });

  it('is no file and directory at once', async () => {
    await expect(places('tree', ['script'], { 'script/a': '' })).rejects.toMatchObject({ code: 'MEDIUM_CLASH' });
  });
});

it.each([
  ['/a//b', 'a/b'],
  ['./a', 'a'],
  ['a/../../b', undefined],
  ['a/', undefined],
  ['', undefined],
])('a text at %j is at %j', (text, path) => {
  expect(pathOnMedium(text)).toBe(path);
});
