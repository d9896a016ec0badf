import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { makeFiles, run, signAll, verifyFile } from './signing.ts';

describe.skipIf(lacks(['gpg']))('gpg', () => {
  const home = mkdtempSync(join(tmpdir(), 'kiln-gpg-'));
  const before = process.env['GNUPGHOME'];
  const secret = 'only for tests';
  let fingerprint: string;
  let work: WorkingDirectory;
  let disk: string;
  let seed: string;

  async function makeKey(user: string, passphrase: string): Promise<string> {
    const args = ['--batch', '--pinentry-mode', 'loopback', '--passphrase', passphrase, '--status-fd', '1'];
    const { stdout } = await run('gpg', [...args, '--quick-generate-key', user, 'ed25519', 'sign', 'never']);
    return /KEY_CREATED P (\w+)/.exec(stdout)?.[1] ?? '';
  }

  beforeAll(async () => {
    process.env['GNUPGHOME'] = home;
    fingerprint = await makeKey('Kiln Builder <builder@example.com>', '');
    await makeKey('Locked <locked@example.com>', secret);
    // So that the passphrase is asked for again.
    await run('gpgconf', ['--kill', 'gpg-agent']);
  });
  afterAll(async () => {
    await run('gpgconf', ['--kill', 'gpg-agent']);
    if (before === undefined) delete process.env['GNUPGHOME'];
    else process.env['GNUPGHOME'] = before;
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk, seed] = await makeFiles(work);
  });
  afterEach(() => work.leave());

  test('each file gets a signature that gpg verifies, and the artifact has them', async () => {
    const artifact = await signAll([disk, seed], { methods: ['gpg'] });
    expect(artifact?.files).toEqual([disk, seed, `${disk}.asc`, `${seed}.asc`]);
    expect(await readFile(`${disk}.asc`, 'latin1')).toMatch(/^-----BEGIN PGP SIGNATURE-----/);
    for (const file of [disk, seed]) await run('gpg', ['--batch', '--verify', `${file}.asc`, file]);
    await appendFile(disk, 'x');
    await expect(run('gpg', ['--batch', '--verify', `${disk}.asc`, disk])).rejects.toThrow(/BAD signature/);
    expect(await work.list()).toHaveLength(5);
  });

  test('a second run replaces the signature', async () => {
    await signAll([disk], { methods: ['gpg'] });
    await appendFile(disk, 'x');
    await signAll([disk], { methods: ['gpg'], gpg_key: fingerprint });
    await run('gpg', ['--batch', '--verify', `${disk}.asc`, disk]);
  });

  test('a list of checksums is signed alone, by the name that lists have', async () => {
    const sums = join(work.path, 'out/SHA256SUMS');
    await writeFile(sums, (await run('sha256sum', ['disk.img'], { cwd: 'out' })).stdout);
    const artifact = await signAll([disk, sums], { methods: ['gpg'], files: ['SHA256SUMS'], gpg_format: 'gpg' });
    expect(artifact?.files).toEqual([disk, sums, `${sums}.gpg`]);
    await run('gpg', ['--batch', '--verify', 'SHA256SUMS.gpg', 'SHA256SUMS'], { cwd: 'out' });
    expect(await verifyFile(sums)).toMatchObject([{ outcome: 'good', signature: `${sums}.gpg` }]);
  });

  test('a passphrase opens the key and stands in no command line', async () => {
    const options = { methods: ['gpg'], gpg_key: 'locked@example.com', gpg_format: 'sig' } as const;
    await expect(signAll([disk], { ...options, gpg_passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'SIGN_FAILED',
      pointer: '/gpg_key',
      message: 'gpg did not sign out/disk.img',
    });
    expect(await work.list()).toEqual(['out', 'out/disk.img', 'out/seed.iso']);
    await signAll([disk], { ...options, gpg_passphrase: secret });
    await run('gpg', ['--batch', '--verify', `${disk}.sig`, disk]);
  });

  test('verify says who signed, by the keyring, a fingerprint or a key in a file', async () => {
    await signAll([disk], { methods: ['gpg'], gpg_key: fingerprint });
    await run('gpg', ['--batch', '--armor', '--output', 'key.asc', '--export', fingerprint]);
    await run('gpg', ['--batch', '--output', 'other.gpg', '--export', 'locked@example.com']);
    const text = `OpenPGP signature by Kiln Builder <builder@example.com>, key ${fingerprint}`;
    for (const keys of [[], [fingerprint], [fingerprint.replaceAll(/(.{4})/g, '$1 ').trim()], ['key.asc']]) {
      const [verdict] = await verifyFile(disk, { keys });
      expect(verdict).toMatchObject({ outcome: 'good', signature: `${disk}.asc` });
      expect(verdict?.text.startsWith(text)).toBe(true);
    }
    expect(await verifyFile(disk, { keys: ['other.gpg'] })).toMatchObject(
      [{ outcome: 'bad', text: /is not among those that are trusted/ }].map((each) => ({
        ...each,
        text: expect.stringMatching(each.text) as string,
      })),
    );
    expect(await verifyFile(disk, { keys: ['0'.repeat(40)] })).toMatchObject([{ outcome: 'bad' }]);
    await appendFile(disk, 'x');
    expect(await verifyFile(disk, { keys: ['key.asc'] })).toMatchObject([
      { outcome: 'bad', text: 'the file, or its signature, was changed' },
    ]);
  });

  test('a key that the user has not certified tells nothing by itself', async () => {
    await signAll([disk], { methods: ['gpg'], gpg_key: fingerprint });
    await run('gpg', ['--batch', '--output', 'key.gpg', '--export', fingerprint]);
    const other = mkdtempSync(join(tmpdir(), 'kiln-gpg-'));
    process.env['GNUPGHOME'] = other;
    try {
      await run('gpg', ['--batch', '--no-autostart', '--import', 'key.gpg']);
      expect(await verifyFile(disk)).toMatchObject([{ outcome: 'unchecked' }]);
      expect(await verifyFile(disk, { keys: [fingerprint] })).toMatchObject([{ outcome: 'good' }]);
    } finally {
      process.env['GNUPGHOME'] = home;
      rmSync(other, { recursive: true, force: true });
    }
  });
});
