import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DiskFile } from '../../../../post-processors/openstack-import/choose-disk.ts';
import { openDisk } from '../../../../post-processors/openstack-import/steps/open-disk.ts';
import { checkHash, readDisk } from '../../../../post-processors/openstack-import/steps/read-disk.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { postProcessRun } from '../../../support/post-process-run.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-import-'));
afterAll(() => rmSync(home, { recursive: true }));

const CONTENT = Buffer.alloc(3_000_000, 'a disk of no multiple of anything, ');

function write(name: string, content: Buffer = CONTENT): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

function qemuImg(...args: readonly string[]): string {
  return execFileSync('qemu-img', args, { encoding: 'utf8' });
}

describe.skipIf(lacks(['qemu-img']))('a disk', () => {
  const raw = (): DiskFile => ({ path: write('a.raw', Buffer.alloc(1_048_576, 'x')), format: 'raw' });

  test.each(['qcow2', 'vmdk', 'vdi', 'vhd', 'vhdx'] as const)(
    'that is raw becomes %s, and is raw again',
    async (to) => {
      const run = postProcessRun({ cacheDirectory: join(home, 'cache') });
      const source = raw();
      const there = await openDisk(source, to, run);
      expect(there.format).toBe(to);
      const back = await openDisk({ path: there.path, format: to }, 'raw', run);
      expect(readFileSync(back.path).subarray(0, 1_048_576).equals(readFileSync(source.path))).toBe(true);
      await run.scope.releaseAll();
      expect(readdirSync(join(home, 'cache'))).toEqual([]);
    },
  );

  test('that is what it should be is left where it lies, also when its guest wrote another header into it', async () => {
    const path = join(home, 'b.qcow2');
    qemuImg('convert', '-O', 'qcow2', raw().path, path);
    expect(await openDisk({ path, format: 'qcow2' }, undefined, postProcessRun())).toMatchObject({
      path,
      format: 'qcow2',
    });
    expect(await openDisk({ path, format: 'raw' }, 'raw', postProcessRun())).toMatchObject({ path, format: 'raw' });
  });

  test('that stands on another file is made one', async () => {
    const base = raw().path;
    const path = join(home, 'overlay.qcow2');
    qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', path);
    const run = postProcessRun({ cacheDirectory: join(home, 'cache') });
    const disk = await openDisk({ path, format: 'qcow2' }, undefined, run);
    expect(disk.path).not.toBe(path);
    expect(qemuImg('info', disk.path)).not.toContain('backing file');
    expect(run.lines.join()).toContain('has parts in other files');
    await run.scope.releaseAll();
  });

  test('that is encrypted stays so, or is refused', async () => {
    const path = join(home, 'luks.qcow2');
    const secret = [
      '--object',
      'secret,id=s,data=pass',
      '-o',
      'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10',
    ];
    qemuImg('create', '-q', ...secret, '-f', 'qcow2', path, '1M');
    const disk = { path, format: 'qcow2' } as const;
    expect((await openDisk(disk, undefined, postProcessRun())).path).toBe(path);
    await expect(openDisk(disk, 'raw', postProcessRun())).rejects.toMatchObject({ code: 'OPENSTACK_IMPORT_DISK' });
  });

  test.each([
    [{ path: '', format: 'raw' }, undefined],
    [{ path: 'x', format: 'iso' }, 'raw'],
  ] as const)('%j for %j is refused', async (file, wanted) => {
    const path = write('c', Buffer.from(file.path));
    await expect(openDisk({ ...file, path }, wanted, postProcessRun())).rejects.toMatchObject({
      code: 'OPENSTACK_IMPORT_DISK',
    });
  });
});

describe('the hash', () => {
  const hex = (algorithm: string): string => createHash(algorithm).update(CONTENT).digest('hex');
  const disk = { path: write('d.raw'), format: 'raw', size: CONTENT.length, identity: '' } as const;
  const signal = new AbortController().signal;

  test('is known when all was read, and every byte was counted', async () => {
    let counted = 0;
    const reading = readDisk(disk, (bytes) => (counted += bytes));
    expect(reading.digest()).toBeUndefined();
    const pieces: Buffer[] = [];
    // A piece is only lent.
    for await (const piece of reading.stream) pieces.push(Buffer.from(piece as Buffer));
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
    expect(reading.digest()).toBe(hex('sha512'));
    expect(counted).toBe(CONTENT.length);
  });

  test.each([
    [{ os_hash_algo: 'sha512', os_hash_value: hex('sha512') }],
    [{ os_hash_algo: 'sha256', os_hash_value: hex('sha256'), checksum: 'other' }],
    [{ os_hash_algo: null, os_hash_value: null, checksum: hex('md5') }],
    [{ checksum: null }],
  ])('%j is that of the disk', async (hashes) => {
    await checkHash(disk, { id: 'i', ...hashes }, undefined, signal);
  });

  test.each([
    [{ os_hash_algo: 'sha512', os_hash_value: hex('sha512') }, 'what was sent'],
    [{ os_hash_algo: 'sha256', os_hash_value: 'x' }, undefined],
    [{ checksum: 'x' }, undefined],
  ])('%j is not that of the disk when %j was sent', async (hashes, digest) => {
    await expect(checkHash(disk, { id: 'i', ...hashes }, digest, signal)).rejects.toMatchObject({
      code: 'OPENSTACK_IMPORT_HASH',
    });
  });
});
