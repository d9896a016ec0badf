import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { directory, file, kiln } from './run-kiln.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** A sigstore bundle of the content by this test's key. */
function bundleOf(content: string): string {
  const signature = sign(null, Buffer.from(content), privateKey).toString('base64');
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return JSON.stringify({ mediaType, messageSignature: { signature } });
}

beforeAll(() => {
  mkdirSync(join(directory, 'images'));
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

/** A signed list of checksums beside its files. */
function list(name: string, text: string): string {
  file(name, text);
  file(`${name}.sigstore.json`, bundleOf(text));
  return name;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const blake2b = (text: string): string => createHash('blake2b512').update(text).digest('hex');

it('goes on from a signed list to the files that it has, in either style', async () => {
  file('images/one.img', 'one');
  file('two \\ parts.img', 'two');
  const lists = [
    list('SHA256SUMS', `${sha256('one')}  images/one.img\n\\${sha256('two')} *two \\\\ parts.img\n`),
    list('sums.bsd', `SHA256 (images/one.img) = ${sha256('one')}\nBLAKE2b (images/one.img) = ${blake2b('one')}\n`),
    list('B2SUMS', `${blake2b('one').toUpperCase()}  images/one.img\n`),
    list('packer.checksum', `${sha256('one')}\timages/one.img\n`),
  ];
  const { code, stdout } = await kiln(['verify', '-key=key.pem', ...lists]);
  expect(stdout.split('\n').filter((line) => !line.includes('sigstore signature'))).toEqual([
    'images/one.img: good: its sha256 is as listed (SHA256SUMS)',
    'two \\ parts.img: good: its sha256 is as listed (SHA256SUMS)',
    'images/one.img: good: its sha256 is as listed (sums.bsd)',
    'images/one.img: good: its blake2b is as listed (sums.bsd)',
    'images/one.img: good: its blake2b is as listed (B2SUMS)',
    'images/one.img: good: its sha256 is as listed (packer.checksum)',
    '',
  ]);
  expect(code).toBe(0);
});

it('a file that is not as listed, or not there, is not verified', async () => {
  file('images/one.img', 'one');
  file('changed.img', 'changed');
  const some = list('some.sha256', `${sha256('one')}  images/one.img\n${sha256('far')}  far.img\n`);
  const none = list('none.sha256', `${sha256('far')}  far.img\n`);
  const bad = list('bad.sha256', `${sha256('unchanged')}  changed.img\n`);
  const codes = async (name: string): Promise<readonly (number | null)[]> => [
    (await kiln(['verify', '-key=key.pem', name])).code,
    (await kiln(['verify', '-key=key.pem', '-ignore-missing', name])).code,
  ];
  expect(await codes(some)).toEqual([1, 0]);
  expect(await codes(none)).toEqual([1, 1]);
  expect(await codes(bad)).toEqual([1, 1]);
  const { stdout } = await kiln(['verify', '-key=key.pem', bad, some]);
  expect(stdout).toContain(`changed.img: BAD: its sha256 is ${sha256('changed')} and not ${sha256('unchanged')}`);
  expect(stdout).toContain('far.img: not checked: there is no such file (some.sha256)');
});

it('what an unsigned or changed list says is not looked at', async () => {
  file('images/one.img', 'one');
  file('unsigned.sha256', `${sha256('one')}  images/one.img\n`);
  list('forged.sha256', `${sha256('one')}  images/one.img\n`);
  file('forged.sha256', `${sha256('other')}  images/one.img\n`);
  const { code, stdout } = await kiln(['verify', '-key=key.pem', 'unsigned.sha256', 'forged.sha256']);
  expect(stdout).not.toContain('images/one.img');
  expect(code).toBe(1);
});
