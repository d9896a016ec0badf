import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { chmod, mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postProcess } from '../../../../post-processors/checksum/run.ts';
import type { ChecksumPostProcessorConfig } from '../../../../post-processors/checksum/config.gen.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';
import { mountSmallDisk } from '../../../support/qemu/small-disk.ts';

const shell = promisify(execFile);
const every = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
const defaults: ChecksumPostProcessorConfig = componentConfig('post-processors/checksum', {});

let work: WorkingDirectory;
let disk: string;
let seed: string;
beforeEach(async () => {
  work = await enterWorkingDirectory();
  disk = join(work.path, 'out/disk.img');
  seed = join(work.path, 'out/seed.iso');
  await mkdir('out');
  await writeFile(disk, Buffer.alloc(3_000_001, 'kiln'));
  await writeFile(seed, '');
});
afterEach(() => work.leave());

test.each(every)('%ssum accepts the lines of the checksum file', async (algorithm) => {
  await postProcess(
    artifactOf([disk, seed]),
    { ...defaults, checksum_types: [algorithm], output: 'out/sums' },
    postProcessRun(),
  );
  const { stdout } = await shell(`${algorithm}sum`, ['--check', '--strict', 'sums'], { cwd: 'out' });
  expect(stdout).toBe('disk.img: OK\nseed.iso: OK\n');
});

test.each([
  ['sha256sum', 'sha256'],
  ['b2sum', 'blake2b'],
  ['b3sum', 'blake3'],
] as const)('%s checks the format gnu from the directory of the checksum file', async (program, algorithm) => {
  const strange = join(work.path, 'out/deeper/a \\ b ü');
  await mkdir('out/deeper');
  await writeFile(strange, 'strange');
  const config = { ...defaults, format: 'gnu' as const, checksum_types: [algorithm], output: 'out/sums' };
  await postProcess(artifactOf([disk, seed, strange]), config, postProcessRun());
  const before = await readFile('out/sums');
  await postProcess(artifactOf([strange, seed]), config, postProcessRun());
  expect(await readFile('out/sums')).toEqual(before);
  const { stdout } = await shell(program, ['--check', 'sums'], { cwd: 'out' });
  expect(stdout).toContain('disk.img: OK\nseed.iso: OK\n');
  expect(stdout.match(/: OK/g)).toHaveLength(3);
  await writeFile(seed, 'changed');
  await expect(shell(program, ['--check', 'sums'], { cwd: 'out' })).rejects.toMatchObject({
    stdout: expect.stringContaining('seed.iso: FAILED') as string,
  });
});

test('the format bsd has all algorithms in one file, and each program checks the lines of its own', async () => {
  const types = ['md5', 'sha256', 'sha3-256', 'blake2b', 'blake2s', 'blake3'] as const;
  const config = { ...defaults, format: 'bsd' as const, checksum_types: [...types], output: 'sums' };
  await postProcess(artifactOf([disk, seed]), config, postProcessRun());
  const before = await readFile('sums', 'utf8');
  expect(before).toContain(
    'SHA3-256 (out/seed.iso) = a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a\n',
  );
  await postProcess(artifactOf([seed, disk]), config, postProcessRun());
  expect(await readFile('sums', 'utf8')).toBe(before);
  for (const program of ['md5sum', 'sha256sum', 'b2sum']) {
    const { stdout } = await shell(program, ['--check', 'sums']);
    expect(stdout).toBe('out/disk.img: OK\nout/seed.iso: OK\n');
  }
});

test('a file of plain lines cannot have two algorithms of one length', async () => {
  const config = { ...defaults, checksum_types: ['sha256' as const, 'blake3' as const], output: 'sums' };
  await expect(postProcess(artifactOf([disk]), config, postProcessRun())).rejects.toMatchObject({
    code: 'CHECKSUM_SAME_LENGTH',
    message: 'lines of sha256 and blake3 could not be told apart in sums',
  });
  const apart = { ...config, output: '{{.ChecksumType}}s' };
  await postProcess(artifactOf([disk]), apart, postProcessRun());
  expect(await work.list()).toEqual(expect.arrayContaining(['blake3s', 'sha256s']));
});

test('without options there is one file with an MD5 line, named after build, builder and algorithm', async () => {
  const result = await postProcess(artifactOf([disk]), defaults, postProcessRun());
  const path = join(work.path, 'packer_vm_qemu_md5.checksum');
  expect(await readFile(path, 'utf8')).toBe(`${(await shell('md5sum', [disk])).stdout.slice(0, 32)}\tdisk.img\n`);
  expect(madeBy(result)?.files).toEqual([disk, path]);
  expect(result).toMatchObject({ input: 'contained' });
});

test('the artifact has the disks of what it was given, for who comes after', async () => {
  const disks = [{ path: disk, format: 'raw', virtualSize: 3_000_001, firmware: ['uefi'] as const }];
  const result = await postProcess({ ...artifactOf([disk]), disks }, defaults, postProcessRun());
  expect(madeBy(result)?.disks).toEqual(disks);
});

test('all algorithms are computed in one read of each file', async () => {
  const run = postProcessRun();
  let opened = 0;
  const open = fs.open;
  fs.open = Object.assign((...args: Parameters<typeof open>) => {
    if (args[0] === disk) opened++;
    open(...args);
  }, open);
  try {
    await postProcess(artifactOf([disk, seed]), { ...defaults, checksum_types: [...every], output: 'sums' }, run);
  } finally {
    fs.open = open;
  }
  expect(opened).toBe(1);
  expect(run.progressed.at(-1)).toEqual(['checksum', 3_000_001, 3_000_001]);
});

test('lines come by algorithm and then by file, as in Packer', async () => {
  await postProcess(
    artifactOf([disk, seed]),
    { ...defaults, checksum_types: ['sha1', 'md5'], output: 'sums' },
    postProcessRun(),
  );
  const lines = (await readFile('sums', 'utf8')).split('\n').map((line) => [line.indexOf('\t'), line.slice(-8)]);
  expect(lines).toEqual([
    [40, 'disk.img'],
    [40, 'seed.iso'],
    [32, 'disk.img'],
    [32, 'seed.iso'],
    [-1, ''],
  ]);
});

test('a second run replaces its own lines and keeps those of others', async () => {
  const config = { ...defaults, output: 'sums' };
  await writeFile('sums', `${'0'.repeat(32)}\tdisk.img\nmine\n${'1'.repeat(40)}\tdisk.img\n${'2'.repeat(32)}\tother`);
  await postProcess(artifactOf([disk, seed]), config, postProcessRun());
  const [first, ...rest] = (await readFile('sums', 'utf8')).split('\n');
  expect(first).toMatch(/^(?!0{32})[0-9a-f]{32}\tdisk\.img$/);
  expect(rest).toEqual([
    'mine',
    `${'1'.repeat(40)}\tdisk.img`,
    `${'2'.repeat(32)}\tother`,
    'd41d8cd98f00b204e9800998ecf8427e\tseed.iso',
    '',
  ]);
});

test('files of the same name in different directories have a line each', async () => {
  const other = join(work.path, 'disk.img');
  await writeFile(other, '');
  for (let time = 0; time < 2; time++) {
    await postProcess(artifactOf([disk, other]), { ...defaults, output: 'sums' }, postProcessRun());
  }
  expect((await readFile('sums', 'utf8')).split('\n')).toEqual([
    expect.stringMatching(/\tdisk\.img$/),
    'd41d8cd98f00b204e9800998ecf8427e\tdisk.img',
    '',
  ]);
});

test('mode and symbolic link of an existing checksum file stay', async () => {
  await writeFile('real', '');
  await chmod('real', 0o640);
  await symlink('real', 'sums');
  await postProcess(artifactOf([seed]), { ...defaults, output: 'sums' }, postProcessRun());
  expect((await stat('real')).mode & 0o777).toBe(0o640);
  expect(await readFile('real', 'utf8')).toContain('\tseed.iso\n');
});

test('a file that cannot be read fails the post-processor, and nothing is written', async () => {
  const run = postProcessRun();
  const missing = postProcess(artifactOf([disk, join(work.path, 'gone')]), { ...defaults, output: 'a/sums' }, run);
  await expect(missing).rejects.toMatchObject({
    code: 'CHECKSUM_INPUT_UNREADABLE',
    message: 'cannot read gone: it does not exist',
  });
  const directory = postProcess(artifactOf([join(work.path, 'out')]), { ...defaults, output: 'a/sums' }, run);
  await expect(directory).rejects.toMatchObject({ message: 'cannot read out: it is a directory, not a file' });
  await run.scope.releaseAll();
  expect(await work.list()).toEqual(['out', 'out/disk.img', 'out/seed.iso']);
});

test('a checksum file that is a directory fails with the reason and stays', async () => {
  const run = postProcessRun();
  await mkdir('sums/inside', { recursive: true });
  const failing = postProcess(artifactOf([seed]), { ...defaults, output: 'sums' }, run);
  await expect(failing).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITTEN',
    message: 'cannot write sums: it is a directory',
  });
  await run.scope.releaseAll();
  expect(await work.list()).toEqual(['out', 'out/disk.img', 'out/seed.iso', 'sums', 'sums/inside']);
});

test('a checksum file is never written over one of the files', async () => {
  const failing = postProcess(artifactOf([disk]), { ...defaults, output: 'out/disk.img' }, postProcessRun());
  await expect(failing).rejects.toMatchObject({ code: 'CHECKSUM_OVER_INPUT' });
  expect((await stat(disk)).size).toBe(3_000_001);
});

test('a file whose name has a line end is refused', async () => {
  const failing = postProcess(artifactOf([join(work.path, 'a\nb')]), defaults, postProcessRun());
  await expect(failing).rejects.toMatchObject({ code: 'CHECKSUM_FILE_NAME' });
});

test('an artifact without local files gives a warning and no checksum file', async () => {
  const run = postProcessRun();
  const result = await postProcess(artifactOf([]), defaults, run);
  expect(run.lines).toEqual([expect.stringContaining('no local files')]);
  expect(madeBy(result)?.files).toEqual([]);
  expect(await work.list()).not.toContain('packer_vm_qemu_md5.checksum');
});

test('cancelling midway ends the reading and leaves nothing', async () => {
  await truncate(disk, 50 * 2 ** 30);
  const cancel = new AbortController();
  const run = postProcessRun({ signal: cancel.signal, progress: () => cancel.abort() });
  const cancelled = postProcess(artifactOf([disk]), { ...defaults, output: 'a/sums' }, run);
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  await run.scope.releaseAll();
  expect(await work.list()).toEqual(['out', 'out/disk.img', 'out/seed.iso']);
});

test('on a full disk the old checksum file stays, and the reason is told', async (context) => {
  const small = await mountSmallDisk('small', 16);
  if (small === undefined) return context.skip('mounting a file system is not allowed here');
  try {
    await writeFile('small/sums', 'old\n');
    await writeFile('small/filling', Buffer.alloc(64 * 1024)).catch(() => undefined);
    const run = postProcessRun();
    const failing = postProcess(artifactOf([seed]), { ...defaults, output: 'small/sums' }, run);
    await expect(failing).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITTEN',
      message: 'cannot write small/sums: no space is left on the device',
      hint: expect.stringContaining('free some space') as string,
    });
    await run.scope.releaseAll();
    expect(await readFile('small/sums', 'utf8')).toBe('old\n');
    expect(await work.list()).not.toContainEqual(expect.stringMatching(/kiln|lock/));
  } finally {
    await small.unmount();
  }
});
