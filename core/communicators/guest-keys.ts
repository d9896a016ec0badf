import { constants, createPrivateKey, createPublicKey, privateDecrypt } from 'node:crypto';

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function integer(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? '', 'base64url');
  return field((bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function ofOpenSsh(privateKey: string): Buffer {
  const bytes = Buffer.from(privateKey.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  let at = 'openssh-key-v1\0'.length;
  // Cipher, key derivation and its options.
  for (let count = 0; count < 3; count += 1) at += 4 + bytes.readUInt32BE(at);
  at += 4;
  return bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
}

function ofRsa(privateKey: string): Buffer {
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.concat([field(Buffer.from('ssh-rsa')), integer(e), integer(n)]);
}

/** The line for authorized_keys of a private key without passphrase, in the format of OpenSSH or of RSA in PEM. Throws `Error`. */
export function publicKeyOf(privateKey: string, comment: string): string {
  const blob = privateKey.includes('OPENSSH PRIVATE KEY') ? ofOpenSsh(privateKey) : ofRsa(privateKey);
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString();
  return `${type} ${blob.toString('base64')} ${comment}`;
}

/**
 * A password that a provider encrypted for a key pair (RSA, PKCS #1, written as base64). Throws `Error` when this private
 * key is not the one it was encrypted for.
 */
export function decryptPassword(encrypted: string, privateKey: string, passphrase?: string): string {
  const key = createPrivateKey({ key: privateKey, ...(passphrase === undefined ? {} : { passphrase }) });
  const bytes = Buffer.from(encrypted, 'base64');
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes).toString();
}
