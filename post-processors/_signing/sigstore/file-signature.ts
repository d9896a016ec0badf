import { createHash, createSign, createVerify, sign, verify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import { shownPath } from '../../_shared/shown-path.ts';

/** Ed25519 works on all of a message at once: so many bytes may a file have. */
const MOST_AT_ONCE = 256 * 1024 * 1024;

export interface FileSignature {
  /** SHA-256 of the file. */
  readonly digest: Buffer;
  readonly signature: Buffer;
}

async function readAtOnce(file: string, signal: AbortSignal): Promise<Buffer> {
  if ((await stat(file)).size > MOST_AT_ONCE) {
    throw new StepError(`${shownPath(file)} is larger than an Ed25519 key signs, 256 MiB`, {
      code: 'SIGN_TOO_LARGE',
      pointer: '/cosign_key_file',
      hint: 'take an EC key of curve P-256, or sign a list of checksums instead of the file',
    });
  }
  return readFile(file, { signal });
}

function chunksOf(file: string, signal: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 20, signal });
}

/** Reads a file once and signs it: ECDSA with SHA-256 or Ed25519, by the key's kind. */
export async function signFile(file: string, key: KeyObject, signal: AbortSignal): Promise<FileSignature> {
  if (key.asymmetricKeyType === 'ed25519') {
    const content = await readAtOnce(file, signal);
    return { digest: createHash('sha256').update(content).digest(), signature: sign(null, content, key) };
  }
  const hash = createHash('sha256');
  const signer = createSign('sha256');
  for await (const chunk of chunksOf(file, signal)) {
    hash.update(chunk);
    signer.update(chunk);
  }
  return { digest: hash.digest(), signature: signer.sign(key) };
}

/** Whether the signature is one of the file by the key. */
export async function isSignatureOf(
  file: string,
  signature: Buffer,
  key: KeyObject,
  signal: AbortSignal,
): Promise<boolean> {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, await readAtOnce(file, signal), key, signature);
  const verifier = createVerify('sha256');
  for await (const chunk of chunksOf(file, signal)) verifier.update(chunk);
  return verifier.verify(key, signature);
}
