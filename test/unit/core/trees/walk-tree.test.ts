import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyTree } from '../../../../core/trees/copy-tree.ts';
import { walkTree } from '../../../../core/trees/walk-tree.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kiln-trees-'));
  write('tree/file', 'inside');
  write('tree/sub/deep', 'deep');
  write('shared/hosts', 'hello');
  write('shared/down/more', 'more');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

/** "path", "path/" or "path -> target" of all but what is there always. */
function seen(onCircle?: (path: string) => void): readonly string[] {
  return [...walkTree(join(root, 'tree'), onCircle === undefined ? {} : { onCircle })]
    .map(({ path, source, type }) =>
      type === 'symlink' ? `${path} -> ${readlinkSync(source)}` : type === 'directory' ? `${path}/` : path,
    )
    .filter((line) => !['file', 'sub/', 'sub/deep'].includes(line));
}

describe('a link that leads out of the tree stands for what it names', () => {
  test.each<[string, string, readonly string[]]>([
    ['a file beside the tree', '../shared/hosts', ['x']],
    ['a directory beside the tree', '../shared', ['x/', 'x/down/', 'x/down/more', 'x/hosts']],
    ['out of the tree and back, by a name that a copy need not have', '../tree/file', ['x']],
    ['back through other directories', 'sub/../../tree/sub', ['x/', 'x/deep']],
  ])('%s', (_name, target, expected) => {
    link(target, 'tree/x');
    expect(seen()).toEqual(expected);
  });

  test('also one with the whole path of a place inside', () => {
    link(join(root, 'tree/file'), 'tree/x');
    expect(seen()).toEqual(['x']);
  });

  test('one below a directory, and one in what another one names', () => {
    link('../../shared', 'tree/sub/x');
    link('../elsewhere', 'shared/y');
    write('elsewhere', 'e');
    expect(seen()).toEqual(['sub/x/', 'sub/x/down/', 'sub/x/down/more', 'sub/x/hosts', 'sub/x/y']);
  });

  test('the parent of a link is the real one, as for whoever opens it', () => {
    link('../shared/down', 'tree/d');
    link('d/../hosts', 'tree/x');
    expect(seen()).toEqual(['d/', 'd/more', 'x']);
  });
});

describe('a link stays one', () => {
  test.each<[string, string]>([
    ['to a file inside', 'file'],
    ['to a directory inside', 'sub'],
    ['to a file through a directory', './sub/deep'],
    ['to the tree itself', '.'],
    ['to nothing inside', 'gone'],
    ['to nothing outside, as for a place in the guest', '../../gone'],
    ['to nothing by its whole path', '/nowhere/at/all'],
    ['to itself', 'x'],
    ['to a device, as services are masked', '/dev/null'],
  ])('%s', (_name, target) => {
    link(target, 'tree/x');
    expect(seen()).toEqual([`x -> ${target}`]);
  });

  test('up and down again inside, and within what another one names', () => {
    link('../file', 'tree/sub/x');
    link('hosts', 'shared/y');
    link('../shared', 'tree/z');
    expect(seen()).toEqual(['sub/x -> ../file', 'z/', 'z/down/', 'z/down/more', 'z/hosts', 'z/y -> hosts']);
  });
});

describe('what leads in a circle ends, and is told', () => {
  test.each<[string, () => void, readonly string[]]>([
    ['the parent', (): void => link('..', 'tree/x'), ['x']],
    ['the root', (): void => link('/', 'tree/sub/x'), ['sub/x']],
    ['the tree by its whole path', (): void => link(join(root, 'tree'), 'tree/x'), ['x']],
    [
      'two directories that lead to each other',
      (): void => {
        link('../shared', 'tree/x');
        link('../tree', 'shared/y');
      },
      ['x/y'],
    ],
    [
      'three of them',
      (): void => {
        link('../shared', 'tree/x');
        link('../third', 'shared/y');
        link('../shared/down', 'third/z');
        link('../../third', 'shared/down/w');
      },
      ['x/down/w/z', 'x/y/z/w'],
    ],
  ])('%s', (_name, make, expected) => {
    make();
    const circles: string[] = [];
    seen((path) => circles.push(path));
    expect(circles).toEqual(expected);
  });
});

test('a copy has what links name, leaves names out, and writes through no link that is there', async () => {
  link('../shared', 'tree/x');
  link('file', 'tree/y');
  write('tree/.git/config', 'c');
  link(join(root, 'outside'), 'to/file');
  await copyTree(join(root, 'tree'), join(root, 'to'), { leaveOut: (name) => name === '.git' });
  expect(readFileSync(join(root, 'to/x/down/more'), 'utf8')).toBe('more');
  expect(readlinkSync(join(root, 'to/y'))).toBe('file');
  expect(readFileSync(join(root, 'to/file'), 'utf8')).toBe('inside');
  expect(() => readFileSync(join(root, 'outside'))).toThrow('ENOENT');
  expect(() => readFileSync(join(root, 'to/.git/config'))).toThrow('ENOENT');
  link('tree/file', 'single');
  await copyTree(join(root, 'single'), join(root, 'copied'));
  expect(readFileSync(join(root, 'copied'), 'utf8')).toBe('inside');
});
