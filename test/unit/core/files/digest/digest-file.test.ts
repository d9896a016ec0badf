import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestFile, NoFile, type DigestAlgorithm } from '../../../../../plugins/sdk/files.ts';

const { signal } = new AbortController();
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-digest-'));
  file = join(directory, 'disk.img');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** What OpenSSL's program says, and for BLAKE3 that of its authors. */
function witness(algorithm: string): string {
  if (algorithm === 'blake3') return execFileSync('b3sum', ['--no-names', file], { encoding: 'utf8' }).trim();
  return (
    /[0-9a-f]+$/.exec(execFileSync('openssl', ['dgst', `-${algorithm}`, file], { encoding: 'utf8' }).trim())?.[0] ?? ''
  );
}

const witnesses: Readonly<Record<DigestAlgorithm, string>> = {
  md5: 'md5',
  sha1: 'sha1',
  sha224: 'sha224',
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  'sha3-224': 'sha3-224',
  'sha3-256': 'sha3-256',
  'sha3-384': 'sha3-384',
  'sha3-512': 'sha3-512',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
  blake3: 'blake3',
};

describe.each([0, 1, 8_388_608, 20_000_001])('a file of %i bytes', (size) => {
  test('has the digests that openssl says, in one reading', async () => {
    await writeFile(file, randomBytes(size));
    const names = Object.keys(witnesses) as DigestAlgorithm[];
    let read = 0;
    const digests = await digestFile(file, names, { signal, onBytes: (bytes) => void (read += bytes) });
    expect(Object.fromEntries(digests)).toEqual(
      Object.fromEntries(names.map((name) => [name, witness(witnesses[name])])),
    );
    expect(read).toBe(size);
  });
});

test('what is known is not computed again until the file is changed', async () => {
  await writeFile(file, randomBytes(200_000_000));
  const started = performance.now();
  const [first, second] = await Promise.all([1, 2].map(() => digestFile(file, ['sha256'], { signal })));
  const took = performance.now() - started;
  expect(second).toEqual(first);
  const again = performance.now();
  expect(await digestFile(file, ['sha256'], { signal })).toEqual(first);
  expect(performance.now() - again).toBeLessThan(took / 4);
  await appendFile(file, 'more');
  expect((await digestFile(file, ['sha256'], { signal })).get('sha256')).toBe(witness('sha256'));
});

test('one who waits for another computes it himself when the other is cancelled', async () => {
  await writeFile(file, randomBytes(60_000_000));
  const cancelled = new AbortController();
  const first = digestFile(file, ['sha256'], { signal: cancelled.signal, onBytes: () => cancelled.abort() });
  const second = digestFile(file, ['sha256'], { signal });
  await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
  expect((await second).get('sha256')).toBe(witness('sha256'));
});

test('a file that is written to meanwhile has no digest', async () => {
  await writeFile(file, randomBytes(60_000_000));
  const written = { yet: false };
  const write = (): void => {
    if (written.yet) return;
    written.yet = true;
    void appendFile(file, 'more');
  };
  await expect(digestFile(file, ['sha256'], { signal, onBytes: write })).rejects.toMatchObject({ code: 'CHANGED' });
});

test('a directory has none, and neither has what is not there', async () => {
  await expect(digestFile(directory, ['md5'], { signal })).rejects.toThrow(NoFile);
  await expect(digestFile(file, ['md5'], { signal })).rejects.toMatchObject({ code: 'ENOENT' });
});
