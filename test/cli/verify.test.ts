import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { file, kiln } from './run-kiln.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** A sigstore bundle of the content by this test's key. */
function bundleOf(content: string): string {
  const signature = sign(null, Buffer.from(content), privateKey).toString('base64');
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return JSON.stringify({ mediaType, messageSignature: { signature } });
}

beforeAll(() => {
  file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  file('good.img', 'good');
  file('good.img.sigstore.json', bundleOf('good'));
  file('bad.img', 'changed');
  file('bad.img.sigstore.json', bundleOf('bad'));
  file('bare.img', 'bare');
});

it('says who signed, and ends with 0', async () => {
  const { code, stdout } = await kiln(['verify', '-key=key.pem', 'good.img']);
  expect(stdout).toMatch(
    /^good\.img: good: sigstore signature by key key\.pem \(SHA-256 \S{44}\) \(good\.img\.sigstore\.json\)\n$/,
  );
  expect(code).toBe(0);
});

it('goes through all files, and ends with 1 when one is not verified', async () => {
  const { code, stdout } = await kiln(['verify', '-key', 'key.pem', 'bad.img', 'bare.img', 'none.img', 'good.img']);
  expect(stdout.split('\n').map((line) => line.replace(/^(\S+ [a-zA-Z ]+:).*/, '$1'))).toEqual([
    'bad.img: BAD:',
    'bare.img: BAD:',
    expect.stringMatching(/^ {4}looked for bare\.img\.minisig, /),
    'none.img: BAD:',
    'good.img: good:',
    '',
  ]);
  expect(code).toBe(1);
});

it('does not take a signature for good when nobody named a key', async () => {
  const { code, stdout } = await kiln(['verify', 'good.img']);
  expect(stdout).toMatch(/^good\.img: not checked: no public key in PEM form was given/);
  expect(code).toBe(1);
});

it('takes a signature of another name, and writes JSON', async () => {
  file('elsewhere.json', bundleOf('bare'));
  const { code, stdout } = await kiln(['verify', '-key=key.pem', '-signature=elsewhere.json', '-json', 'bare.img']);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'verify', file: 'bare.img', outcome: 'good' });
  expect(code).toBe(0);
});

it.each([
  [['verify'], 'the name of a file is missing'],
  [['verify', '-key=no.pem', 'good.img'], '-key=no.pem is neither a file with a public key nor a key'],
  [['verify', '-signature=a', 'good.img', 'bad.img'], '-signature is of one FILE'],
  [['verify', '-identity=a', '-identity=b', 'good.img'], '-identity is given 2 times'],
])('%j is refused', async (args, message) => {
  const { code, stderr } = await kiln(args);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
