import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ARCHIVE_END, entryHeader, padding, type TarEntry } from '../../../../../core/communicators/tar/header.ts';
import { packDirectory } from '../../../../../core/communicators/tar/pack.ts';
import { readArchive } from '../../../../../core/communicators/tar/read-archive.ts';
import { unpackInto } from '../../../../../core/communicators/tar/unpack.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kiln-tar-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function entry(given: Partial<TarEntry>): TarEntry {
  return { path: 'file', type: 'file', size: 0, mode: 0o644, modified: 1_700_000_000, target: '', ...given };
}

function archive(...entries: (readonly [Partial<TarEntry>, string?])[]): AsyncIterable<Buffer> {
  const parts = entries.flatMap(([given, text = '']) => {
    const content = Buffer.from(text);
    return [entryHeader(entry({ ...given, size: content.length })), content, padding(content.length)];
  });
  return Readable.from([Buffer.concat([...parts, ARCHIVE_END])]);
}

async function unpack(stream: AsyncIterable<Buffer>): Promise<readonly string[]> {
  const skipped: string[] = [];
  await unpackInto(join(root, 'to'), stream, (path) => void skipped.push(path));
  return skipped;
}

async function makeTree(): Promise<void> {
  const from = join(root, 'from');
  await mkdir(join(from, 'd'.repeat(90), 'e'.repeat(90)), { recursive: true });
  await writeFile(join(from, 'd'.repeat(90), 'e'.repeat(90), 'é'.repeat(60)), 'deep');
  await writeFile(join(from, 'script'), '#!/bin/sh\n');
  await chmod(join(from, 'script'), 0o750);
  await symlink('x'.repeat(150), join(from, 'link'));
  await writeFile(join(from, '-n'), Buffer.alloc(700_001, 5));
}

describe('archives written here', () => {
  test.each([
    ['GNU tar', ['tar', '-xf']],
    ['busybox', ['busybox', 'tar', '-xf']],
  ] as const)('are read by %s', async (_name, [program, ...args]) => {
    await makeTree();
    const file = join(root, 'a.tar');
    await writeFile(
      file,
      packDirectory(join(root, 'from'), () => undefined),
    );
    await mkdir(join(root, 'to'));
    execFileSync(program, [...args, file, '-C', join(root, 'to')]);
    execFileSync('diff', ['-r', '--no-dereference', join(root, 'from'), join(root, 'to')]);
  });

  test('hold sizes beyond 8 GiB', async () => {
    const size = 10 * 1024 ** 3;
    const items = readArchive(Readable.from([entryHeader(entry({ size }))]));
    expect((await items.next()).value).toMatchObject({ entry: { size } });
  });
});

describe('archives read here', () => {
  test.each([
    ['GNU tar', ['tar', '--format=gnu']],
    ['GNU tar, pax', ['tar', '--format=pax']],
    ['busybox', ['busybox', 'tar']],
  ] as const)('may come from %s', async (_name, [program, ...args]) => {
    await makeTree();
    execFileSync('ln', [join(root, 'from', 'script'), join(root, 'from', 'zz')]);
    const file = join(root, 'a.tar');
    execFileSync(program, [...args, '-C', join(root, 'from'), '-cf', file, '.']);
    expect(await unpack(createReadStream(file))).toEqual([]);
    execFileSync('diff', ['-r', '--no-dereference', join(root, 'from'), join(root, 'to')]);
  });

  test.each(['../out', 'a/../../out', '/../out'])('are refused when they lead out of their place: %s', async (path) => {
    await expect(unpack(archive([{ path }, 'x']))).rejects.toThrow('leads out of it');
    expect(await readdir(root)).toEqual(['to']);
  });

  test('absolute paths are taken as below the destination', async () => {
    await unpack(archive([{ path: '/etc/motd' }, 'x']));
    expect(await readFile(join(root, 'to', 'etc', 'motd'), 'utf8')).toBe('x');
  });

  test('nothing is written through a link that came with the archive, or was there', async () => {
    await mkdir(join(root, 'outside'));
    await unpack(archive([{ path: 'a', type: 'symlink', target: join(root, 'outside') }], [{ path: 'f' }, 'one']));
    expect(await readlink(join(root, 'to', 'a'))).toBe(join(root, 'outside'));
    await symlink(join(root, 'outside', 'made'), join(root, 'to', 'g'));
    await unpack(archive([{ path: 'g' }, 'two'], [{ path: 'a', type: 'directory' }], [{ path: 'a/h' }, 'three']));
    expect(await readdir(join(root, 'outside'))).toEqual([]);
    expect(await readFile(join(root, 'to', 'a', 'h'), 'utf8')).toBe('three');
  });

  test('a link of an earlier archive is not gone through by a later one', async () => {
    await mkdir(join(root, 'outside'));
    await unpack(archive([{ path: 'a', type: 'symlink', target: join(root, 'outside') }]));
    await unpack(archive([{ path: 'a/h' }, 'x'], [{ path: 'b', type: 'hardlink', target: 'a/h' }]));
    expect(await readdir(join(root, 'outside'))).toEqual([]);
    expect(await readFile(join(root, 'to', 'b'), 'utf8')).toBe('x');
  });

  test('a hard link out of the destination is refused', async () => {
    const stream = archive([{ path: 'x', type: 'hardlink', target: '../../etc/passwd' }]);
    await expect(unpack(stream)).rejects.toThrow('leads out of it');
  });

  test.each(['a/shadow', 'was-here', 'sub/was-here'])(
    'a hard link to %s, which is of an earlier download, is refused',
    async (target) => {
      await mkdir(join(root, 'outside'));
      await writeFile(join(root, 'outside', 'shadow'), 'secret of this machine');
      await unpack(archive([{ path: 'a', type: 'symlink', target: join(root, 'outside') }]));
      for (const path of ['was-here', 'sub/was-here']) await unpack(archive([{ path }, 'of this machine']));
      const stream = archive([{ path: 'sub', type: 'directory' }], [{ path: 'stolen', type: 'hardlink', target }]);
      await expect(unpack(stream)).rejects.toThrow(`links to ${target}, which is not in it`);
      expect(await readdir(join(root, 'to'))).not.toContain('stolen');
    },
  );

  test('another name of a link is a link, too', async () => {
    const from = join(root, 'from');
    await mkdir(from);
    execFileSync('sh', ['-c', 'ln -s x a && ln -P a b && mkfifo p && ln p q && tar -cf ../a.tar .'], { cwd: from });
    const skipped = await unpack(createReadStream(join(root, 'a.tar')));
    expect(await readlink(join(root, 'to', 'b'))).toBe('x');
    expect(await readlink(join(root, 'to', 'a'))).toBe('x');
    expect(skipped).toContain('p');
  });

  test('each file that was written is told, by its path below the destination', async () => {
    const files: string[] = [];
    const stream = archive(
      [{ path: './d', type: 'directory' }],
      [{ path: './d/f' }, 'x'],
      [{ path: 'g', type: 'hardlink', target: './d/f' }],
      [{ path: 'l', type: 'symlink', target: 'g' }],
    );
    await unpackInto(
      join(root, 'to'),
      stream,
      () => undefined,
      (path) => files.push(path),
    );
    expect(files).toEqual(['d/f', 'g']);
  });

  test.each([
    ['a long name', 'L', 64 * 1024],
    ['a long target', 'K', 64 * 1024],
    ['a pax header', 'x', 1024 * 1024],
    ['a global pax header', 'g', 1024 * 1024],
  ])('%s beyond its limit is refused before it is read', async (_name, flag, most) => {
    let asked = 0;
    async function* endless(size: number): AsyncGenerator<Buffer> {
      const head = entryHeader(entry({ path: 'x', size }));
      head.write(flag, 156, 'latin1');
      head.write(' '.repeat(8), 148, 'latin1');
      const sum = head.reduce((total, byte) => total + byte, 0);
      head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      yield head;
      while ((asked += 1) < 100) yield await Promise.resolve(Buffer.alloc(1024 * 1024, 'A'));
    }
    for (const size of [most + 1, 2 ** 40]) {
      await expect(unpack(endless(size))).rejects.toThrow(`holds a name or header of ${size} bytes`);
    }
    expect(asked).toBe(0);
  });

  test('special bits of modes are left out', async () => {
    await unpack(archive([{ path: 'x', mode: 0o6755 }, 'x']));
    expect(execFileSync('stat', ['-c', '%a', join(root, 'to', 'x')]).toString()).toBe('755\n');
  });

  test('one that ends early or is damaged is an error', async () => {
    const whole = Buffer.concat([entryHeader(entry({ size: 5 })), Buffer.from('12345'), padding(5), ARCHIVE_END]);
    await expect(unpack(Readable.from([whole.subarray(0, 515)]))).rejects.toThrow('ended early');
    await expect(unpack(Readable.from([whole.subarray(0, 1024)]))).rejects.toThrow('ended early');
    whole.write('x', 3);
    await expect(unpack(Readable.from([whole]))).rejects.toThrow('damaged');
  });
});
