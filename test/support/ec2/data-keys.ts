import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '@aws-sdk/client-kms';
import { handle, type Handlers } from './call.ts';
import { findKey } from './kms.ts';
import { AwsProblem } from './problem.ts';
import type { Region } from './region.ts';

/** What has to be said again to open what was sealed with it. */
export type EncryptionContext = Readonly<Record<string, string>>;

const [NONCE, TAG] = [12, 16];
const CIPHER = 'aes-256-gcm';

function masterKey(arn: string): Buffer {
  return createHash('sha256').update(`master key of ${arn}`).digest();
}

function canonical(context: EncryptionContext): Buffer {
  if (Object.entries(context).flat().includes('')) {
    throw new AwsProblem('ValidationException', 'Invalid EncryptionContext');
  }
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1))));
}

function keyNamed(region: Region, name: string): string {
  const arn = findKey(region, name);
  if (arn === undefined) throw new AwsProblem('NotFoundException', `Key '${name}' does not exist`);
  return arn;
}

/** The ARN of the key, its length before it; nonce, sealed bytes and tag follow. */
function seal(arn: string, plain: Buffer, context: EncryptionContext): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, masterKey(arn), nonce).setAAD(canonical(context));
  const name = Buffer.from(arn);
  return Buffer.concat([
    Buffer.from([name.length]),
    name,
    nonce,
    cipher.update(plain),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/**
 * What KMS's Decrypt gives.
 * @throws AwsProblem for another key, another context, or what KMS did not seal
 */
export function openDataKey(region: Region, keyId: string, sealed: Buffer, context: EncryptionContext): Buffer {
  const [length = 0] = sealed;
  const arn = sealed.toString('latin1', 1, 1 + length);
  if (keyNamed(region, keyId) !== arn) {
    throw new AwsProblem(
      'IncorrectKeyException',
      'The key ID in the request does not identify the CMK that sealed it.',
    );
  }
  const rest = sealed.subarray(1 + length);
  try {
    const decipher = createDecipheriv(CIPHER, masterKey(arn), rest.subarray(0, NONCE));
    decipher.setAAD(canonical(context)).setAuthTag(rest.subarray(-TAG));
    return Buffer.concat([decipher.update(rest.subarray(NONCE, -TAG)), decipher.final()]);
  } catch (error) {
    if (error instanceof AwsProblem) throw error;
    throw new AwsProblem('InvalidCiphertextException', '');
  }
}

export const kmsCalls: Handlers = {
  GenerateDataKey: handle<GenerateDataKeyRequest, GenerateDataKeyResponse>((input, { region }) => {
    const { KeyId, NumberOfBytes, KeySpec, EncryptionContext = {} } = input;
    if ((NumberOfBytes === undefined) === (KeySpec === undefined)) {
      throw new AwsProblem('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const size = NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32);
    if (size < 1 || size > 1024) throw new AwsProblem('ValidationException', `NumberOfBytes cannot be ${size}`);
    const arn = keyNamed(region, KeyId);
    const plain = randomBytes(size);
    return { KeyId: arn, Plaintext: plain, CiphertextBlob: seal(arn, plain, EncryptionContext) };
  }),
};
