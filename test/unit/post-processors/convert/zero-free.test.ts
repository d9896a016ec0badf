import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConvertPostProcessorConfig } from '../../../../post-processors/convert/config.gen.ts';
import { postProcess } from '../../../../post-processors/convert/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';

const shell = promisify(execFile);
const MIB = 1_048_576;
const defaults: ConvertPostProcessorConfig = componentConfig('post-processors/convert', {
  format: 'raw',
  zero_free: true,
});

let work: WorkingDirectory;
beforeEach(async () => {
  work = await enterWorkingDirectory();
});
afterEach(() => work.leave());

/** Copies a file into another at a place. */
async function put(path: string, into: string, offset: number): Promise<void> {
  await using file = await open(into, 'r+');
  const content = await readFile(path);
  await file.write(content, 0, content.length, offset);
}

/** A file system whose free space is full of what was in it. */
async function used(name: string, size: number, mkfs: readonly string[]): Promise<void> {
  await writeFile(name, randomBytes(size));
  const [program = '', ...args] = mkfs;
  await shell(program, [...args, name]);
}

/** The bytes of an area of the output. */
async function area(path: string, offset: number, length: number, name: string): Promise<void> {
  const content = await readFile(path);
  await writeFile(name, content.subarray(offset, offset + length));
}

async function convert(path: string, format = 'raw'): Promise<readonly string[]> {
  const run = postProcessRun();
  const disks = [{ path: join(work.path, path), format, virtualSize: (await stat(path)).size }];
  try {
    await postProcess({ ...artifactOf([join(work.path, path)]), disks }, { ...defaults, output: 'out.raw' }, run);
  } finally {
    await run.scope.releaseAll();
  }
  return run.lines;
}

test.each([
  ['ext4', ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard']],
  ['ext4', ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard', '-b', '1024', '-O', '^64bit,^metadata_csum,uninit_bg']],
  ['ext4', ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard', '-O', 'bigalloc', '-C', '65536']],
  ['ext3', ['mkfs.ext3', '-q', '-F', '-E', 'nodiscard']],
  ['ext2', ['mkfs.ext2', '-q', '-F', '-E', 'nodiscard']],
] as const)('%s made by %j: free blocks are zero, and nothing else is changed', async (kind, mkfs) => {
  await mkdir('tree/deep/er', { recursive: true });
  for (const [index, size] of [0, 5, 4096, 70_000, 3_000_000].entries()) {
    await writeFile(`tree/deep/er/file${index}`, randomBytes(size));
  }
  await used('fs', 48 * MIB, [...mkfs, '-d', 'tree']);
  await shell('debugfs', ['-w', '-R', 'rm deep/er/file4', 'fs']);
  const lines = await convert('fs');
  expect(lines.join('\n')).toMatch(new RegExp(`\\d+ MiB of the disk of fs \\(${kind}\\) are free and read as zeros`));
  await shell('e2fsck', ['-f', '-n', 'out.raw']);
  await mkdir('there');
  await shell('debugfs', ['-R', 'rdump deep there', 'out.raw']);
  for (const name of ['file0', 'file1', 'file2', 'file3']) {
    expect((await readFile(`there/deep/er/${name}`)).equals(await readFile(`tree/deep/er/${name}`))).toBe(true);
  }
  // Counts what is free and not zero.
  const { stdout } = await shell('zerofree', ['-n', '-v', 'out.raw']);
  expect(stdout.trim().split(/\r|\n/).at(-1)).toMatch(/^0\/\d+\/\d+$/);
  expect((await stat('out.raw')).blocks * 512).toBeLessThan(20 * MIB);
});

test('an image of partitions: FAT, ext4 and swap are seen to, in a qcow2 that stays as it is', async () => {
  await writeFile('disk', '');
  await truncate('disk', 200 * MIB);
  const layout =
    'label: gpt\nstart=1MiB,size=40MiB,type=U\nstart=41MiB,size=16MiB,type=S\nstart=57MiB,size=100MiB\nsize=20MiB\n';
  const partitioning = shell('sfdisk', ['-q', 'disk']);
  partitioning.child.stdin?.end(layout);
  await partitioning;
  await used('esp', 40 * MIB, ['mkfs.fat', '-F', '32']);
  await writeFile('kernel', randomBytes(2 * MIB));
  await shell('mcopy', ['-i', 'esp', 'kernel', '::/KERNEL']);
  await used('swap', 16 * MIB, ['mkswap', '-q']);
  await used('root', 100 * MIB, ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard']);
  await writeFile('lvm', Buffer.concat([Buffer.alloc(512), Buffer.from('LABELONE'), randomBytes(20 * MIB - 520)]));
  for (const [index, name] of ['esp', 'swap', 'root', 'lvm'].entries()) {
    await put(name, 'disk', ([1, 41, 57, 157][index] ?? 0) * MIB);
  }
  await shell('qemu-img', ['convert', '-O', 'qcow2', 'disk', 'disk.qcow2']);
  const before = await readFile('disk.qcow2');
  const lines = (await convert('disk.qcow2', 'qcow2')).join('\n');
  expect((await readFile('disk.qcow2')).equals(before)).toBe(true);
  expect(lines).toMatch(/3\d MiB of partition 1 of disk.qcow2 \(FAT32\) are free/);
  expect(lines).toMatch(/16 MiB of partition 2 of disk.qcow2 \(swap\) are free/);
  expect(lines).toMatch(/\d\d MiB of partition 3 of disk.qcow2 \(ext4\) are free/);
  expect(lines).toContain(
    'the free space of partition 4 of disk.qcow2 (LVM) is left as it is: Kiln does not read its kind',
  );
  await shell('sfdisk', ['-V', '-q', 'out.raw']);
  await area('out.raw', 1 * MIB, 40 * MIB, 'esp2');
  await shell('fsck.fat', ['-n', 'esp2']);
  await shell('mcopy', ['-i', 'esp2', '::/KERNEL', 'kernel2']);
  expect((await readFile('kernel2')).equals(await readFile('kernel'))).toBe(true);
  await area('out.raw', 41 * MIB, 16 * MIB, 'swap2');
  expect((await readFile('swap2')).subarray(0, 4096).equals((await readFile('swap')).subarray(0, 4096))).toBe(true);
  expect((await readFile('swap2')).subarray(4096).every((byte) => byte === 0)).toBe(true);
  await area('out.raw', 57 * MIB, 100 * MIB, 'root2');
  await shell('e2fsck', ['-f', '-n', 'root2']);
  expect((await shell('zerofree', ['-n', '-v', 'root2'])).stdout).toMatch(/(^|\r|\n)0\/\d+\/\d+\s*$/);
  await area('out.raw', 157 * MIB, 20 * MIB, 'lvm2');
  expect((await readFile('lvm2')).equals(await readFile('lvm'))).toBe(true);
});

test('a file system that was not unmounted is left as it is, with a warning', async () => {
  await used('fs', 16 * MIB, ['mkfs.ext4', '-q', '-F', '-E', 'nodiscard']);
  await shell('debugfs', ['-w', '-R', 'feature needs_recovery', 'fs']);
  expect(await convert('fs')).toContain(
    'the free space of the disk of fs (ext4) is left as it is: it was not unmounted, or has errors',
  );
  expect((await readFile('out.raw')).equals(await readFile('fs'))).toBe(true);
});

test('a disk without anything known is converted as it is', async () => {
  await writeFile('noise', randomBytes(3 * MIB));
  await convert('noise');
  expect((await readFile('out.raw')).equals(await readFile('noise'))).toBe(true);
});
