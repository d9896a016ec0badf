import { createPublicKey } from 'node:crypto';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { makeFiles, run, signAll, verifyFile } from './signing.ts';

const kinds: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  Ed25519: ['-algorithm', 'ED25519'],
};

interface BundleText {
  readonly mediaType: string;
  readonly verificationMaterial: { readonly publicKey: { readonly hint: string } };
  readonly messageSignature: { readonly messageDigest: { readonly digest: string }; readonly signature: string };
}

describe.skipIf(lacks(['openssl']))('cosign, with a key in PEM form', () => {
  let work: WorkingDirectory;
  let disk: string;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    [disk] = await makeFiles(work);
  });
  afterEach(() => work.leave());

  async function makeKey(name: string, kind: readonly string[], password?: string): Promise<string> {
    const cipher = password === undefined ? [] : ['-aes-256-cbc', '-pass', `pass:${password}`];
    await run('openssl', ['genpkey', ...kind, ...cipher, '-out', `${name}.pem`]);
    const input = password === undefined ? [] : ['-passin', `pass:${password}`];
    await run('openssl', ['pkey', '-in', `${name}.pem`, ...input, '-pubout', '-out', `${name}.pub.pem`]);
    return `${name}.pem`;
  }

  async function bundleOf(file: string): Promise<BundleText> {
    return JSON.parse(await readFile(`${file}.sigstore.json`, 'utf8')) as BundleText;
  }

  test.each(Object.entries(kinds))('openssl verifies the signature by a key of kind %s', async (_, kind) => {
    const artifact = await signAll([disk], { methods: ['cosign'], cosign_key_file: await makeKey('ann', kind) });
    expect(artifact?.files).toEqual([disk, `${disk}.sigstore.json`]);
    const { mediaType, verificationMaterial, messageSignature } = await bundleOf(disk);
    expect(mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    const { stdout: sum } = await run('sha256sum', [disk]);
    expect(Buffer.from(messageSignature.messageDigest.digest, 'base64').toString('hex')).toBe(sum.slice(0, 64));
    const der = createPublicKey(await readFile('ann.pub.pem')).export({ type: 'spki', format: 'der' });
    await writeFile('der', der);
    const { stdout: keySum } = await run('sha256sum', ['der']);
    expect(Buffer.from(verificationMaterial.publicKey.hint, 'base64').toString('hex')).toBe(keySum.slice(0, 64));
    await writeFile('signature', Buffer.from(messageSignature.signature, 'base64'));
    const digest = kind.includes('EC') ? ['-digest', 'sha256'] : [];
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'ann.pub.pem', '-rawin', ...digest];
    const { stdout } = await run('openssl', [...verify, '-in', disk, '-sigfile', 'signature']);
    expect(stdout).toBe('Signature Verified Successfully\n');
  });

  test('a password opens the key', async () => {
    const cosign_key_file = await makeKey('ann', kinds['P-256'] ?? [], 'only for tests');
    const options = { methods: ['cosign'], cosign_key_file } as const;
    const refused = { code: 'SIGN_KEY', pointer: '/cosign_key_file' };
    await expect(signAll([disk], options)).rejects.toMatchObject({ ...refused, message: /ann.pem is encrypted/ });
    await expect(signAll([disk], { ...options, cosign_password: 'wrong' })).rejects.toMatchObject({
      ...refused,
      message: 'the key ann.pem does not open',
    });
    await signAll([disk], { ...options, cosign_password: 'only for tests' });
    expect(await verifyFile(disk, { keys: ['ann.pub.pem'] })).toMatchObject([{ outcome: 'good' }]);
  });

  test.each([
    ['RSA', ['-algorithm', 'RSA'], /is of the kind rsa/],
    ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], /is of the kind ec \(secp384r1\)/],
  ])('a key of kind %s is refused', async (_, kind, message) => {
    const key = await makeKey('ann', kind);
    await expect(signAll([disk], { methods: ['cosign'], cosign_key_file: key })).rejects.toThrow(message);
  });

  test('an Ed25519 key signs no file that does not fit into memory', async () => {
    const key = await makeKey('ann', kinds['Ed25519'] ?? []);
    await truncate(disk, 300 * 1024 * 1024);
    await expect(signAll([disk], { methods: ['cosign'], cosign_key_file: key })).rejects.toMatchObject({
      code: 'SIGN_TOO_LARGE',
    });
  });

  test.each(Object.entries(kinds))('verify says by which key of kind %s', async (_, kind) => {
    await makeKey('bob', kind);
    await signAll([disk], { methods: ['cosign'], cosign_key_file: await makeKey('ann', kind) });
    const { hint } = (await bundleOf(disk)).verificationMaterial.publicKey;
    const text = `sigstore signature by key ann.pub.pem (SHA-256 ${hint})`;
    expect(await verifyFile(disk, { keys: ['bob.pub.pem', 'ann.pub.pem'] })).toMatchObject([{ outcome: 'good', text }]);
    expect(await verifyFile(disk, { keys: ['bob.pub.pem'] })).toMatchObject([{ outcome: 'bad' }]);
    expect(await verifyFile(disk)).toMatchObject([{ outcome: 'unchecked' }]);
    await appendFile(disk, 'x');
    expect(await verifyFile(disk, { keys: ['ann.pub.pem'] })).toMatchObject([{ outcome: 'bad' }]);
  });

  test.each([
    '{}',
    'application/vnd.dev.sigstore.bundle',
    '{"a":"application/vnd.dev.sigstore.bundle","messageSignature":{}}',
  ])('verify calls the bundle %s bad', async (text) => {
    await makeKey('ann', kinds['P-256'] ?? []);
    await writeFile(`${disk}.sigstore.json`, text);
    expect(await verifyFile(disk, { keys: ['ann.pub.pem'] })).toMatchObject([{ outcome: 'bad' }]);
  });
});
