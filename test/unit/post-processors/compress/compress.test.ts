import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postProcessor } from '../../../../post-processors/compress/index.ts';
import { choosePacking, packingName } from '../../../../post-processors/compress/packing.ts';
import { postProcess } from '../../../../post-processors/compress/run.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';
import { mountSmallDisk } from '../../../support/qemu/small-disk.ts';

const run = promisify(execFile);
const single = ['gz', 'bgzf', 'zst', 'xz', 'bzip2', 'bz2', 'lz4'];
const testers: Readonly<Record<string, readonly string[]>> = {
  gz: ['gzip', '-t'],
  bgzf: ['gzip', '-t'],
  zst: ['zstd', '-q', '-t'],
  xz: ['xz', '-t'],
  bzip2: ['bzip2', '-t'],
  bz2: ['bzip2', '-t'],
  lz4: ['lz4', '-q', '-t'],
};

let work: WorkingDirectory;
let disk: string;
let notes: string;
beforeEach(async () => {
  work = await enterWorkingDirectory();
  disk = join(work.path, 'out/disk.img');
  notes = join(work.path, 'out/notes');
  await mkdir('out');
  // Longer than several pieces, with parts that compress well and parts that do not.
  await writeFile(disk, Buffer.concat([randomBytes(1_500_000), Buffer.alloc(2_000_000), randomBytes(99_999)]));
  await writeFile(notes, 'a note\n', { mode: 0o600 });
});
afterEach(() => work.leave());

async function pack(
  files: readonly string[],
  output: string,
  level = -1,
  format?: 'tar.gz' | 'zst',
): ReturnType<typeof postProcess> {
  const config = { output, compression_level: level, ...(format === undefined ? {} : { format }) };
  const packing = postProcessRun();
  try {
    return await postProcess(artifactOf(files), config, packing);
  } finally {
    await packing.scope.releaseAll();
  }
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

async function unpacked(command: string, args: readonly string[]): Promise<Buffer> {
  return (await run(command, [...args], { encoding: 'buffer', maxBuffer: 64 << 20 })).stdout;
}

describe.each(single)('%s', (extension) => {
  const [program = '', ...check] = testers[extension] ?? [];

  test('holds one file, as its own program reads it', async () => {
    const result = await pack([disk], `disk.img.${extension}`);
    await run(program, [...check, `disk.img.${extension}`]);
    const content = await unpacked(program, ['-d', '-c', `disk.img.${extension}`]);
    expect(content.equals(await readFile(disk))).toBe(true);
    expect(result).toEqual({
      artifact: {
        builderId: 'packer.post-processor.compress',
        id: '',
        description: `compressed artifacts in: disk.img.${extension}`,
        files: [join(work.path, `disk.img.${extension}`)],
        properties: { packing: extension === 'bz2' ? 'bzip2' : extension },
      },
      input: 'discard',
    });
  });

  test('holds an empty file', async () => {
    await writeFile('empty', '');
    await pack([join(work.path, 'empty')], `empty.${extension}`);
    await run(program, [...check, `empty.${extension}`]);
    expect(await unpacked(program, ['-d', '-c', `empty.${extension}`])).toHaveLength(0);
  });

  test('refuses two files and names what would hold them', async () => {
    await expect(pack([disk, notes], `both.${extension}`)).rejects.toMatchObject({
      code: 'COMPRESS_NEEDS_ARCHIVE',
      hint: expect.stringMatching(/^use tar\.\w+ or zip$/) as string,
    });
  });

  test('is smaller at a high level than at level 1, and a level too high is its highest', async () => {
    const words = (await readFile(import.meta.filename, 'utf8')).split(/\s+/);
    const text = Array.from({ length: 40_000 }, (_, number) => words[(number * number * 31 + number) % words.length]);
    await writeFile('text', text.join(' '));
    const sizes: number[] = [];
    for (const level of [1, 9, 99]) {
      await pack([join(work.path, 'text')], `${level}.${extension}`, level);
      await run(program, [...check, `${level}.${extension}`]);
      sizes.push((await stat(`${level}.${extension}`)).size);
    }
    const [low = 0, high = 0, highest = 0] = sizes;
    expect(high).toBeLessThan(low);
    expect(highest).toBeLessThanOrEqual(high);
  });

  test('compresses a tar archive that tar unpacks', async () => {
    await pack([disk, notes], `all.tar.${extension}`);
    const decompress = `--use-compress-program=${program} -d`;
    await mkdir('there');
    await run('tar', ['-x', '-f', `all.tar.${extension}`, decompress, '-C', 'there']);
    expect(await sha256('there/disk.img')).toBe(await sha256(disk));
    expect(await readFile('there/notes', 'utf8')).toBe('a note\n');
  });
});

test('a gzip file has one member, and bgzf blocks are as the format says', async () => {
  await pack([disk], 'a.gz');
  await pack([disk], 'a.bgzf');
  const counting = `
import sys, zlib
for name in sys.argv[1:]:
    data, members = open(name, 'rb').read(), 0
    while data:
        size = int.from_bytes(data[16:18], 'little') + 1 if name.endswith('bgzf') else len(data)
        one = zlib.decompressobj(31)
        one.decompress(data[:size])
        assert one.eof and one.unused_data == b'', name
        data, members = data[size:], members + 1
    print(members)
`;
  const { stdout } = await run('python3', ['-c', counting, 'a.gz', 'a.bgzf']);
  // 3 599 999 bytes in blocks of 65 280, and the empty block at the end.
  expect(stdout).toBe('1\n57\n');
});

describe('tar', () => {
  test('keeps names, sizes and modes, and equal files make equal archives whatever their times', async () => {
    await pack([disk, notes], 'one.tar');
    const { stdout } = await run('tar', ['-t', '-v', '-f', 'one.tar'], { env: { ...process.env, TZ: 'UTC' } });
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '-rw-r--r-- root/root 3599999 1970-01-01 00:00 disk.img',
      '-rw------- root/root 7 1970-01-01 00:00 notes',
      '',
    ]);
    await utimes(disk, 1, 1);
    await pack([disk, notes], 'two.tar');
    expect(await sha256('one.tar')).toBe(await sha256('two.tar'));
  });

  test('keeps long names and names in other scripts', async () => {
    const names = ['ü'.repeat(50) + '.img', 'x'.repeat(100), 'y'.repeat(101), 'z'.repeat(255), 'диск образ'];
    for (const name of names) await writeFile(name, name);
    await pack(
      names.map((name) => join(work.path, name)),
      'names.tar',
    );
    await mkdir('there');
    await run('tar', ['-x', '-f', 'names.tar', '-C', 'there']);
    for (const name of names) expect(await readFile(join('there', name), 'utf8')).toBe(name);
  });

  test('refuses two files that would have one name', async () => {
    await writeFile('disk.img', '');
    await expect(pack([disk, join(work.path, 'disk.img')], 'a.tar')).rejects.toMatchObject({
      code: 'COMPRESS_SAME_NAME',
      message: 'out/disk.img and disk.img would both be disk.img in the archive',
    });
  });
});

describe('zip', () => {
  const reading = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps([[i.filename, i.file_size, i.external_attr >> 16, list(i.date_time),
      hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))
`;

  test('unzip and Python read it, with the directories below the working directory', async () => {
    await writeFile('empty ü', '');
    await pack([disk, notes, join(work.path, 'empty ü')], 'all.zip');
    await run('unzip', ['-t', 'all.zip']);
    await run('unzip', ['-q', 'all.zip', '-d', 'there']);
    expect(await sha256('there/out/disk.img')).toBe(await sha256(disk));
    const { stdout } = await run('python3', ['-c', reading, 'all.zip']);
    const date = [1980, 1, 1, 0, 0, 0];
    expect(JSON.parse(stdout)).toEqual([
      ['out/disk.img', 3_599_999, 0o100644, date, await sha256(disk)],
      ['out/notes', 7, 0o100600, date, await sha256(notes)],
      ['empty ü', 0, 0o100644, date, await sha256('empty ü')],
    ]);
  });

  test('holds a file of more than 4 GiB and files after it', { timeout: 600_000 }, async (context) => {
    if (process.env['CI'] !== 'true') return context.skip('takes long; CI=true runs it');
    await truncate(disk, 2 ** 32 + 5);
    await pack([disk, notes], 'big.zip', 1);
    const { stdout } = await run('unzip', ['-Z', '-l', 'big.zip']);
    expect(stdout).toContain(`${2 ** 32 + 5} `);
    expect((await unpacked('unzip', ['-p', 'big.zip', 'out/notes'])).toString()).toBe('a note\n');
    await run('unzip', ['-t', '-q', 'big.zip']);
  });
});

test.each([
  ['out', undefined, 'tar.gz'],
  ['a/b.c/out', undefined, 'tar.gz'],
  ['{{.BuildName}}.tar.gz', undefined, 'tar.gz'],
  ['x.TAR.GZ', undefined, 'tar.gz'],
  ['x.tgz', undefined, 'tar.gz'],
  ['x.txz', undefined, 'tar.xz'],
  ['x.tbz2', undefined, 'tar.bzip2'],
  ['x.tzst', undefined, 'tar.zst'],
  ['x.tar', undefined, 'tar'],
  ['x.zip', undefined, 'zip'],
  ['x.tar.lz4', undefined, 'tar.lz4'],
  ['x.gz', undefined, 'gz'],
  ['x.img.zst', undefined, 'zst'],
  ['x.unknown', undefined, 'tar.gz'],
  ['x', 'zip', 'zip'],
  ['x.zip', 'tar.xz', 'tar.xz'],
  ['x.tar', 'gz', 'tar.gz'],
])('output %s and format %s mean %s', (output, format, name) => {
  expect(packingName(choosePacking(output, format))).toBe(name);
});

test('the name is rendered, and a format adds nothing to it', async () => {
  await pack([disk], 'a/{{.BuildName}}-{{ .BuilderType }}', -1, 'tar.gz');
  await run('tar', ['-t', '-z', '-f', 'a/vm-qemu']);
});

test('the programs that a configuration calls are its requirements', () => {
  const needs = (output: string): readonly string[] =>
    postProcessor.needs({ output, compression_level: -1 }).map(({ program }) => program);
  expect(needs('a.tar.xz')).toEqual(['xz']);
  expect(needs('a.zip')).toEqual([]);
  expect(postProcessor.programs.every(({ optional }) => optional)).toBe(true);
});

describe('fails and leaves nothing', () => {
  const outputs = ['a/x.tar', 'a/x.zip', 'a/x.tar.gz', 'a/x.tar.bgzf', 'a/x.tar.zst', 'a/x.tar.xz', 'a/x.tar.lz4'];
  const before = ['out', 'out/disk.img', 'out/notes'];

  test.each(outputs)('when cancelled while it packs %s', async (output) => {
    await truncate(disk, 50 * 2 ** 30);
    const cancel = new AbortController();
    const packing = postProcessRun({ signal: cancel.signal, progress: () => cancel.abort() });
    const cancelled = postProcess(artifactOf([disk]), { output, compression_level: 1 }, packing);
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    await packing.scope.releaseAll();
    expect(await work.list()).toEqual(before);
  });

  test.each(outputs)('when a file becomes shorter while it is packed into %s', async (output) => {
    await truncate(disk, 2 ** 30);
    let cut: Promise<void> | undefined;
    const packing = postProcessRun({ progress: () => void (cut ??= truncate(disk, 0)) });
    const failing = postProcess(artifactOf([disk]), { output, compression_level: 1 }, packing);
    await expect(failing).rejects.toMatchObject({
      code: 'COMPRESS_INPUT_CHANGED',
      message: 'out/disk.img became shorter while it was read',
    });
    await packing.scope.releaseAll();
    expect(await work.list()).toEqual(before);
  });

  test.for(outputs)('when there is no room for %s', async (output, context) => {
    const small = await mountSmallDisk('small', 64);
    if (small === undefined) return context.skip('mounting a file system is not allowed here');
    try {
      const packing = postProcessRun();
      const config = { output: `small/${output}`, compression_level: -1 };
      const code = /xz|lz4/.test(output) ? 'PROGRAM_FAILED' : 'OUTPUT_NOT_WRITTEN';
      const failure: unknown = await postProcess(artifactOf([disk]), config, packing).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(JSON.stringify([String(failure), failure])).toMatch(/no space|lz4.*write error/i);
      await packing.scope.releaseAll();
      expect(await work.list()).toEqual([...before, 'small']);
    } finally {
      await small.unmount();
    }
  });

  test('when the output is in no directory', async () => {
    await expect(pack([disk], 'out/notes/x.tar')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITTEN',
      pointer: '/output',
    });
  });

  test('when a file is missing or a directory', async () => {
    await expect(pack([disk, join(work.path, 'gone')], 'a/x.tar')).rejects.toMatchObject({
      code: 'COMPRESS_INPUT_UNREADABLE',
      message: 'cannot read gone: it does not exist',
    });
    await expect(pack([join(work.path, 'out')], 'a/x.tar')).rejects.toMatchObject({
      code: 'COMPRESS_INPUT_UNREADABLE',
    });
    expect(await work.list()).toEqual(before);
  });

  test('when the artifact has no files', async () => {
    await expect(pack([], 'a/x.tar')).rejects.toMatchObject({ code: 'COMPRESS_NO_INPUT' });
    expect(await work.list()).toEqual(before);
  });

  test('when the program is not installed', async () => {
    const packing = postProcessRun();
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      const failing = postProcess(artifactOf([disk]), { output: 'a/x.xz', compression_level: -1 }, packing);
      await expect(failing).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
    } finally {
      process.env['PATH'] = path;
    }
    await packing.scope.releaseAll();
    expect(await work.list()).toEqual(before);
  });
});

describe('an output that exists', () => {
  test('is replaced, with the file that a symbolic link leads to', async () => {
    await writeFile('real.gz', 'old');
    await symlink('real.gz', 'a.gz');
    await pack([notes], 'a.gz');
    expect((await unpacked('gzip', ['-d', '-c', 'real.gz'])).toString()).toBe('a note\n');
    expect((await work.list()).filter((name) => !name.startsWith('out'))).toEqual(['a.gz', 'real.gz']);
  });

  test('stays when packing fails', async () => {
    await writeFile('a.gz', 'old');
    await truncate(disk, 2 ** 30);
    const packing = postProcessRun({ progress: () => void truncate(disk, 0) });
    const failing = postProcess(artifactOf([disk]), { output: 'a.gz', compression_level: 1 }, packing);
    await expect(failing).rejects.toMatchObject({ code: 'COMPRESS_INPUT_CHANGED' });
    expect(await readFile('a.gz', 'utf8')).toBe('old');
  });

  test('is refused when it is a directory or one of the files', async () => {
    await expect(pack([notes], 'out')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_A_FILE',
      message: 'the output out exists and is not a regular file',
    });
    await symlink('out/notes', 'same.gz');
    await expect(pack([notes], 'same.gz')).rejects.toMatchObject({ code: 'COMPRESS_OVER_INPUT' });
    expect(await readFile(notes, 'utf8')).toBe('a note\n');
  });
});

test('a file without any permission cannot be read by others than root', async (context) => {
  if (process.getuid?.() === 0) return context.skip('root reads every file');
  await chmod(disk, 0);
  await expect(pack([disk], 'a.gz')).rejects.toMatchObject({
    code: 'COMPRESS_INPUT_UNREADABLE',
    message: 'cannot read out/disk.img: permission denied',
  });
});
