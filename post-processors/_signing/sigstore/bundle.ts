import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../../../plugins/sdk/index.ts';
import type { FileSignature } from './file-signature.ts';
import { keyHint } from './key-kind.ts';

/** The form of bundles that is written; older ones begin the same way. */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

function bundle(key: KeyObject, content: JsonObject): string {
  const verificationMaterial = { publicKey: { hint: keyHint(key) } };
  return `${JSON.stringify({ mediaType: BUNDLE_TYPE, verificationMaterial, ...content })}\n`;
}

/** A sigstore bundle of a file's signature, made by a key and not written down in a log. */
export function signatureBundle({ digest, signature }: FileSignature, key: KeyObject): string {
  const messageDigest = { algorithm: 'SHA2_256', digest: digest.toString('base64') };
  return bundle(key, { messageSignature: { messageDigest, signature: signature.toString('base64') } });
}

/** A sigstore bundle of a DSSE envelope. */
export function envelopeBundle(envelope: JsonObject, key: KeyObject): string {
  return bundle(key, { dsseEnvelope: envelope });
}
