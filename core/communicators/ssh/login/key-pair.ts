import { generateKeyPair as generate, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** What kind of key `makeKeyPair` makes. */
export type SshKeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A key pair, as texts. */
export interface SshKeyPair {
  /** OpenSSH's own private key format, without passphrase. */
  readonly privateKey: string;
  /** One line as in authorized_keys, without line end. */
  readonly publicKey: string;
}

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generateAsync = promisify(generate);

function makePair(type: SshKeyType, bits: number): Promise<Pair> {
  if (type === 'ed25519') return generateAsync('ed25519', {});
  if (type === 'rsa') return generateAsync('rsa', { modulusLength: bits === 0 ? 4096 : bits });
  return generateAsync('ec', { namedCurve: `P-${bits === 0 ? 521 : bits}` });
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** SSH's "mpint": no leading zero bytes but the one that keeps the number positive. */
function integer(value: Buffer): Buffer {
  const first = value.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Buffer.alloc(0) : value.subarray(first);
  return text((trimmed[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), trimmed]) : trimmed);
}

/** The fields of a key in the order of the wire format: type name, what is public, all of the private section. */
function wireFields(type: SshKeyType, jwk: JsonWebKey): { name: string; open: Buffer; secret: Buffer } {
  const number = (field: 'x' | 'y' | 'd' | 'n' | 'e' | 'p' | 'q' | 'qi'): Buffer =>
    Buffer.from(jwk[field] ?? '', 'base64url');
  if (type === 'ed25519') {
    const open = text(number('x'));
    return {
      name: 'ssh-ed25519',
      open,
      secret: Buffer.concat([open, text(Buffer.concat([number('d'), number('x')]))]),
    };
  }
  if (type === 'ecdsa') {
    const curve = `nistp${String(jwk.crv).slice(2)}`;
    const point = Buffer.concat([Buffer.from([4]), number('x'), number('y')]);
    const open = Buffer.concat([text(curve), text(point)]);
    return { name: `ecdsa-sha2-${curve}`, open, secret: Buffer.concat([open, integer(number('d'))]) };
  }
  const open = Buffer.concat([integer(number('e')), integer(number('n'))]);
  const order = ['n', 'e', 'd', 'qi', 'p', 'q'] as const;
  return { name: 'ssh-rsa', open, secret: Buffer.concat(order.map((field) => integer(number(field)))) };
}

function privateText(name: string, open: Buffer, secret: Buffer, comment: string): string {
  const check = randomBytes(4);
  const body = Buffer.concat([check, check, text(name), secret, text(comment)]);
  const missing = (8 - (body.length % 8)) % 8;
  const padded = Buffer.concat([body, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    text('none'),
    text('none'),
    text(''),
    uint32(1),
    text(Buffer.concat([text(name), open])),
    text(padded),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

/** Makes a key pair. `bits` 0 means the type's default: 4096 for rsa, 521 for ecdsa; ed25519 has one size. */
export async function makeKeyPair(type: SshKeyType, bits = 0, comment = ''): Promise<SshKeyPair> {
  const pair = await makePair(type, bits);
  const { name, open, secret } = wireFields(type, pair.privateKey.export({ format: 'jwk' }));
  const blob = Buffer.concat([text(name), open]).toString('base64');
  return {
    privateKey: privateText(name, open, secret, comment),
    publicKey: comment === '' ? `${name} ${blob}` : `${name} ${blob} ${comment}`,
  };
}
