import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { SignatureCheck, TrustedKey, Verifier } from '../../../plugins/sdk/index.ts';
import { bad, untrusted } from '../verdict.ts';
import { isSignatureOfEnvelope } from './dsse.ts';
import { isSignatureOf } from './file-signature.ts';
import { keyFault, keyHint } from './key-kind.ts';
import { readBundle, readStatement, type Bundle } from './read-bundle.ts';

const STATEMENT = 'application/vnd.in-toto+json';

function openKey({ said, content }: TrustedKey): KeyObject {
  try {
    const key = createPublicKey(content);
    const fault = keyFault(key);
    if (fault === undefined) return key;
    throw bad(`the key ${said} ${fault}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SIGNATURE_BAD') throw error;
    throw bad(`the key ${said} is damaged`);
  }
}

async function digestOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}

async function holds(bundle: Bundle, key: KeyObject, { file, signal }: SignatureCheck): Promise<boolean> {
  if (bundle.kind === 'file') return isSignatureOf(file, bundle.signature, key, signal);
  return bundle.signatures.some((each) => isSignatureOfEnvelope(bundle.type, bundle.payload, each, key));
}

/** What a statement whose signature holds says of the file. */
async function aboutFile(type: string, payload: Buffer, { file, signal }: SignatureCheck): Promise<string> {
  if (type !== STATEMENT) throw bad(`the envelope has no in-toto statement, but ${type}`);
  const { predicateType, digests } = readStatement(payload);
  if (!digests.includes(await digestOf(file, signal)))
    throw bad('the statement is about another file, or this one was changed');
  return `statement ${predicateType}, signed`;
}

async function verify(check: SignatureCheck): Promise<string> {
  const bundle = readBundle(await readFile(check.signature, 'utf8'));
  const { keys } = check.trust;
  if (keys.length === 0) {
    throw untrusted(
      'no public key in PEM form was given',
      'name the key: -key=KEY.pem; what was signed without a key of its own (keyless) is for cosign verify-blob',
    );
  }
  for (const trusted of keys) {
    const key = openKey(trusted);
    if (!(await holds(bundle, key, check))) continue;
    const what = bundle.kind === 'file' ? 'sigstore signature' : await aboutFile(bundle.type, bundle.payload, check);
    return `${what} by key ${trusted.said} (SHA-256 ${keyHint(key)})`;
  }
  throw bad(
    bundle.kind === 'file'
      ? 'the file or the signature was changed, or it is by another key'
      : 'it is by another key, or was changed',
  );
}

/** Sigstore bundles that were made by a key, without a log. */
export const sigstore: Verifier = {
  name: 'sigstore',
  suffixes: ['.sigstore.json', '.provenance.sigstore.json'],
  isSignature: (start) => start.toString('latin1').includes('application/vnd.dev.sigstore.bundle'),
  isKey: (content) => content.subarray(0, 4096).toString('latin1').includes('-----BEGIN PUBLIC KEY-----'),
  verify,
};
