import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DiskFile, ImportSource } from '../../../../post-processors/googlecompute-import/choose-source.ts';
import { openSource } from '../../../../post-processors/googlecompute-import/steps/open-source.ts';
import { uploadObject } from '../../../../post-processors/googlecompute-import/steps/upload-object.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { postProcessRun, type TestRun } from '../../../support/post-process-run.ts';
import { startFaultyProxy, type FaultyProxy } from '../../../support/upload/faulty-proxy.ts';
import { startGoogleStorage, type GoogleStorage } from '../../../support/upload/google-storage.ts';
import { noise } from '../../../support/upload/upload.ts';

const MIB = 1_048_576;
const GIB = 1024 * MIB;
const NAME = 'import/disk 1.tar.gz';

const home = mkdtempSync(join(tmpdir(), 'kiln-gce-import-'));
let storage: GoogleStorage;
beforeAll(async () => {
  storage = await startGoogleStorage('images');
}, 600_000);
afterAll(async () => {
  await storage.stop();
  rmSync(home, { recursive: true });
});

/** A raw disk with some data at its start, in its middle and at its end; `size` need not be a multiple of anything. */
function rawDisk(name: string, size: number, data = 3 * MIB): string {
  const path = join(home, name);
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  writeSync(file, noise(data), 0, data, 0);
  writeSync(file, noise(data, 2), 0, data, Math.floor(size / 2));
  writeSync(file, noise(5000, 3), 0, 5000, size - 5000);
  closeSync(file);
  return path;
}

function testRun(given: Partial<TestRun> = {}): TestRun {
  return postProcessRun({ cacheDirectory: join(home, 'cache'), ...given });
}

function placeAt(port: number, bucket = 'images'): Parameters<typeof uploadObject>[1] {
  const custom_endpoints = { storage: `http://127.0.0.1:${port}/` };
  return {
    bucket,
    name: NAME,
    login: { access_token: 'ya29.test', universe_domain: 'googleapis.com', custom_endpoints },
  };
}

async function upload(source: ImportSource, run: TestRun, port = storage.port): ReturnType<typeof uploadObject> {
  return uploadObject(await openSource(source, run), placeAt(port), run);
}

/** Has GNU tar unpack what is in the bucket; path of the disk. */
async function unpacked(): Promise<string> {
  const archive = join(home, 'there.tar.gz');
  writeFileSync(archive, (await storage.read(NAME))!);
  execFileSync('gzip', ['-t', archive]);
  const directory = mkdtempSync(join(home, 'unpacked-'));
  execFileSync('tar', ['-xSzf', archive, '-C', directory]);
  expect(readdirSync(directory)).toEqual(['disk.raw']);
  return join(directory, 'disk.raw');
}

function expectSame({ path, format }: { readonly path: string; readonly format: string }, raw: string): void {
  // Behind the end of the smaller one there is nothing but zeros, or qemu-img fails.
  execFileSync('qemu-img', ['compare', '-f', format, '-F', 'raw', path, raw]);
}

async function throughProxy(): Promise<FaultyProxy> {
  const proxy = await startFaultyProxy(storage.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

const disk = (path: string, format: DiskFile['format'] = 'raw'): ImportSource => ({
  kind: 'disk',
  disk: { path, format },
});

describe.skipIf(lacks(['qemu-img']))('a disk on its way to Compute Engine', () => {
  test.each([
    ['raw', []],
    ['qcow2', []],
    ['qcow2', ['-c']],
    ['vmdk', []],
    ['vmdk', ['-o', 'subformat=streamOptimized']],
    ['vhdx', []],
    ['vdi', []],
  ] as const)('that is %s %j is disk.raw in an archive that GNU tar reads, of whole GiB', async (format, options) => {
    const source = rawDisk('source.raw', 700 * MIB + 5 * 512);
    const path = join(home, `disk.${format}`);
    execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', format, ...options, source, path]);
    const run = testRun();
    const { url, acquired } = await upload(disk(path, format), run);
    expect(url).toBe('https://storage.googleapis.com/images/import/disk%201.tar.gz');
    const there = await unpacked();
    expectSame({ path, format }, there);
    expect(execFileSync('stat', ['-c', '%s', there], { encoding: 'utf8' }).trim()).toBe(String(GIB));
    expect(run.lines.join('\n')).toContain('the image gets 1 GiB');
    await acquired.release();
    expect(await storage.read(NAME)).toBeUndefined();
    await run.scope.releaseAll();
    expect(readdirSync(join(home, 'cache'))).toEqual(['googlecompute-import']);
    expect(readdirSync(join(home, 'cache/googlecompute-import'))).toEqual([]);
  });

  test('an archive that is there is sent as it is, and one that holds something else is refused', async () => {
    const source = rawDisk('disk.raw', GIB);
    const archive = join(home, 'made.tar.gz');
    execFileSync('tar', ['--format=oldgnu', '-Sczf', archive, '-C', home, 'disk.raw']);
    const run = testRun();
    await upload({ kind: 'archive', path: archive }, run);
    execFileSync('cmp', [archive, '-'], { input: (await storage.read(NAME))! });
    expectSame({ path: source, format: 'raw' }, await unpacked());
    await run.scope.releaseAll();
    const wrong = join(home, 'wrong.tar.gz');
    rawDisk('packer-vm', 2 * MIB, 1000);
    execFileSync('tar', ['-czf', wrong, '-C', home, 'packer-vm']);
    await expect(openSource({ kind: 'archive', path: wrong }, run)).rejects.toMatchObject({
      code: 'GOOGLE_IMPORT_DISK',
      message: expect.stringContaining('the archive holds packer-vm') as string,
    });
    writeFileSync(wrong, noise(100_000));
    await expect(openSource({ kind: 'archive', path: wrong }, run)).rejects.toThrow('no tar archive');
  });

  test('a connection that is cut anywhere is made anew, and what arrives is whole', async () => {
    const source = disk(rawDisk('cut.raw', GIB, 10 * MIB));
    const chunks: Buffer[] = [];
    for await (const chunk of (await openSource(source, testRun())).read()) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const proxy = await throughProxy();
    for (const bytes of [200, 3000, 8 * MIB + 700, 17 * MIB]) {
      const run = testRun();
      proxy.breakAfter(bytes, 'cut');
      await upload(source, run, proxy.port);
      expect(proxy.done(), `cut after ${bytes} bytes`).toBe(true);
      expect((await storage.read(NAME))!.equals(whole), `cut after ${bytes} bytes`).toBe(true);
      await run.scope.releaseAll();
      expect(await storage.read(NAME), `cut after ${bytes} bytes`).toBeUndefined();
    }
  }, 120_000);

  test.each(['503 Service Unavailable', '429 Too Many Requests'])(
    'a server that answers %s is asked again',
    async (status) => {
      const proxy = await throughProxy();
      const run = testRun();
      proxy.answer(3, status);
      await upload(disk(rawDisk('busy.raw', 64 * MIB)), run, proxy.port);
      expect(proxy.done()).toBe(true);
      expect(run.lines.join('\n')).toContain('trying again');
      await run.scope.releaseAll();
    },
  );

  test('what a cancelled upload has begun is removed, and the temporary disk with it', async () => {
    const source = rawDisk('cancelled.raw', 64 * MIB, 20 * MIB);
    const packed = join(home, 'cancelled.qcow2');
    execFileSync('qemu-img', ['convert', '-c', '-O', 'qcow2', source, packed]);
    const proxy = await throughProxy();
    proxy.breakAfter(20 * MIB, 'stall');
    const cancel = new AbortController();
    const run = testRun({ signal: cancel.signal });
    const uploading = upload(disk(packed, 'qcow2'), run, proxy.port);
    const failed = expect(uploading).rejects.toMatchObject({ name: 'CancelledError' });
    await expect.poll(() => proxy.done(), { timeout: 20_000, interval: 20 }).toBe(true);
    cancel.abort();
    await failed;
    await run.scope.releaseAll();
    expect(await storage.read(NAME)).toBeUndefined();
    expect(readdirSync(join(home, 'cache/googlecompute-import'))).toEqual([]);
    expect(readdirSync(join(home, 'cache'))).toEqual(['googlecompute-import']);
  }, 60_000);

  test('a bucket that is not there is said, with the option that names it', async () => {
    const run = testRun();
    const source = await openSource(disk(rawDisk('small.raw', 2 * MIB, 1000)), run);
    await expect(uploadObject(source, placeAt(storage.port, 'missing'), run)).rejects.toMatchObject({
      code: 'UPLOAD_REFUSED',
      message: 'there is no bucket missing',
      pointer: '/bucket',
    });
  });

  test('a disk that changes while it is sent is an error, and nothing stays', async () => {
    const source = rawDisk('changing.raw', 64 * MIB, 20 * MIB);
    const run = testRun();
    const opened = await openSource(disk(source), run);
    const proxy = await throughProxy();
    proxy.breakAfter(9 * MIB, 'cut');
    const uploading = uploadObject(opened, placeAt(proxy.port), run);
    const failed = expect(uploading).rejects.toMatchObject({ code: 'GOOGLE_IMPORT_DISK' });
    await expect.poll(() => proxy.done(), { timeout: 20_000, interval: 5 }).toBe(true);
    const file = openSync(source, 'r+');
    writeSync(file, 'other');
    closeSync(file);
    await failed;
    await run.scope.releaseAll();
    expect(await storage.read(NAME)).toBeUndefined();
  }, 60_000);

  test('an encrypted disk is refused', async () => {
    const path = join(home, 'luks.qcow2');
    const secret = [
      '--object',
      'secret,id=s,data=pass',
      '-o',
      'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10',
    ];
    execFileSync('qemu-img', ['create', '-q', ...secret, '-f', 'qcow2', path, '1M']);
    await expect(openSource(disk(path, 'qcow2'), testRun())).rejects.toThrow('it is encrypted');
  });
});
