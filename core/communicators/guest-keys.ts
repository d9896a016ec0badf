import { constants, createPrivateKey, createPublicKey, privateDecrypt, type KeyObject } from 'node:crypto';

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function integer(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? '', 'base64url');
  return field((bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

/** Reads what OpenSSH writes: each field has its length before it. */
function fieldsOf(bytes: Buffer, start: number): { next(): Buffer; skip(length: number): void } {
  let at = start;
  return {
    next: () => {
      const from = at + 4;
      at = from + bytes.readUInt32BE(at);
      return bytes.subarray(from, at);
    },
    skip: (length) => void (at += length),
  };
}

/** The cipher, the public key and the private section of a key in OpenSSH's format. */
function ofOpenSsh(privateKey: string): Readonly<Record<'cipher' | 'open' | 'secret', Buffer>> {
  const bytes = Buffer.from(privateKey.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const fields = fieldsOf(bytes, 'openssh-key-v1\0'.length);
  const cipher = fields.next();
  // The key derivation and its options.
  fields.next();
  fields.next();
  // How many keys there are.
  fields.skip(4);
  return { cipher, open: fields.next(), secret: fields.next() };
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function digits(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

/** An RSA key without passphrase in OpenSSH's format, which Node.js does not read. */
function rsaOfOpenSsh(privateKey: string): KeyObject {
  const { cipher, secret } = ofOpenSsh(privateKey);
  if (cipher.toString() !== 'none') throw new Error('a key in the format of OpenSSH has a passphrase');
  const fields = fieldsOf(secret, 8);
  if (fields.next().toString() !== 'ssh-rsa') throw new Error('the key is no RSA key');
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => numberOf(fields.next())) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const numbers = { n, e, d, p, q, qi, dp: d % (p - 1n), dq: d % (q - 1n) };
  const jwk = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, digits(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

function isOpenSsh(privateKey: string): boolean {
  return privateKey.includes('OPENSSH PRIVATE KEY');
}

function ofRsa(privateKey: string): Buffer {
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.concat([field(Buffer.from('ssh-rsa')), integer(e), integer(n)]);
}

/** The line for authorized_keys of a private key without passphrase, in the format of OpenSSH or of RSA in PEM. Throws `Error`. */
export function publicKeyOf(privateKey: string, comment: string): string {
  const blob = isOpenSsh(privateKey) ? ofOpenSsh(privateKey).open : ofRsa(privateKey);
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString();
  return `${type} ${blob.toString('base64')} ${comment}`;
}

/**
 * A password that a provider encrypted for a key pair (RSA, PKCS #1, written as base64). The private key is one in PEM, or in
 * the format of OpenSSH without passphrase. Throws `Error` when it is not the one that the password was encrypted for.
 */
export function decryptPassword(encrypted: string, privateKey: string, passphrase?: string): string {
  const key = isOpenSsh(privateKey)
    ? rsaOfOpenSsh(privateKey)
    : createPrivateKey({ key: privateKey, ...(passphrase === undefined ? {} : { passphrase }) });
  const bytes = Buffer.from(encrypted, 'base64');
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes).toString();
}
