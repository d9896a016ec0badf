import { constants, createPublicKey, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBuildKey } from '../../../../core/communicators/build-key.ts';
import { decryptPassword, publicKeyOf } from '../../../../core/communicators/guest-keys.ts';
import { listenOnLoopback } from '../../../../core/cloud/listener.ts';
import { ownTags, renderTags } from '../../../../core/cloud/tags.ts';
import { makeKeyPair } from '../../../../core/communicators/ssh/login/key-pair.ts';
import { handMadeBuild } from '../../../support/kiln/hand-made-build.ts';

describe('tags', () => {
  const build = { render: (text: string, data: object) => text.replace('SOURCE', String(Object.values(data)[0])) };
  const rules = { code: 'CLOUD_TAGS', fault: (key: string) => (key.length > 8 ? 'the key is too long' : undefined) };

  it('of Kiln name the run and the thing', () => {
    expect(ownTags({ runId: 'run-1' }, 'token-1')).toEqual({ 'kiln-run-id': 'run-1', 'kiln-token': 'token-1' });
  });

  it('are filled in, key and value', () => {
    const tags = [
      { key: 'base', value: 'SOURCE', pointer: '/tags/base' },
      { key: 'SOURCE', value: 'yes', pointer: '/tag/0' },
      { key: 'base', value: 'last', pointer: '/tag/1' },
    ];
    expect(renderTags(tags, { Source: 'image-1' }, build, rules)).toEqual({ base: 'last', 'image-1': 'yes' });
  });

  it('that cannot be name their own place in the template', () => {
    const tags = [{ key: 'SOURCE', value: '', pointer: '/tag/2' }];
    expect(() => renderTags(tags, { Source: 'a long name' }, build, rules)).toThrow(
      expect.objectContaining({ message: 'the key is too long: "a long name"', code: 'CLOUD_TAGS', pointer: '/tag/2' }),
    );
  });
});

describe('keys', () => {
  it.for(['ed25519', 'ecdsa'] as const)('the public key of a private one of OpenSSH: %s', async (type) => {
    const { privateKey, publicKey } = await makeKeyPair(type, 0, 'a build');
    expect(publicKeyOf(privateKey, 'a build')).toBe(publicKey);
  });

  const { privateKey: rsa, publicKey: open } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

  it('the public key of a private one of RSA in PEM is the one that its password is encrypted for', () => {
    const [type, blob = '', comment] = publicKeyOf(rsa, 'a build').split(' ');
    expect([type, comment]).toEqual(['ssh-rsa', 'a']);
    expect(Buffer.from(blob, 'base64').length).toBeGreaterThan(256);
  });

  it('a password is decrypted with the key that it was encrypted for, and no other', () => {
    const encrypted = publicEncrypt({ key: open, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('Pa$$w0rd ü'));
    expect(decryptPassword(encrypted.toString('base64'), rsa)).toBe('Pa$$w0rd ü');
    expect(() => decryptPassword('', rsa)).toThrow();
  });

  it('a password is decrypted with an RSA key in the format of OpenSSH, too', async () => {
    const { privateKey, publicKey } = await makeKeyPair('rsa', 2048, 'a build');
    expect(privateKey).toContain('OPENSSH PRIVATE KEY');
    const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
    const [, e = '', n = ''] = [0, 1, 2].reduce<readonly string[]>((found) => {
      const at = found.reduce((sum, each) => sum + 4 + Buffer.from(each, 'base64url').length, 0);
      return [...found, blob.subarray(at + 4, at + 4 + blob.readUInt32BE(at)).toString('base64url')];
    }, []);
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('Pa$$w0rd ü'));
    expect(decryptPassword(encrypted.toString('base64'), privateKey)).toBe('Pa$$w0rd ü');
    const { privateKey: other } = await makeKeyPair('ed25519', 0, 'a build');
    expect(() => decryptPassword(encrypted.toString('base64'), other)).toThrow('no RSA key');
  });

  it('of a build are in files that nobody else can read, and the private one is a secret', async () => {
    const secrets: string[] = [];
    const build = await handMadeBuild({ addSecret: (value) => void secrets.push(value) });
    onTestFinished(() => build.releaseAll());
    const key = await makeBuildKey({ type: 'ed25519', name: 'a build' }, build);
    expect(secrets).toEqual([key.privateKey]);
    expect((await stat(key.privateKeyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(key.privateKeyFile, 'utf8')).toBe(key.privateKey);
    expect(await readFile(key.publicKeyFile, 'utf8')).toBe(`${key.publicKey}\n`);
    expect(key.publicKey).toMatch(/ a build$/);
  });
});

describe('a listener', () => {
  it('hands on connections to this machine, cuts those that are refused, and all when it is closed', async () => {
    let refuses = false;
    const listener = await listenOnLoopback(0, (socket) => {
      if (refuses) return Promise.reject(new Error('no'));
      socket.write('hello');
      return Promise.resolve();
    });
    const greeted = connect(listener.port, '127.0.0.1');
    const hello = new Promise((resolve) => greeted.once('data', (data) => resolve(String(data))));
    expect(await hello).toBe('hello');
    refuses = true;
    const cut = connect(listener.port, '127.0.0.1');
    expect((await buffer(cut).catch(() => Buffer.alloc(0))).length).toBe(0);
    const ended = new Promise((resolve) => greeted.once('close', resolve));
    listener.close();
    await ended;
    await expect(
      new Promise((_resolve, reject) => connect(listener.port, '127.0.0.1').once('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
