import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** What is wrong with a key for sigstore's signatures, as the end of "the key …"; undefined for P-256 and Ed25519. */
export function keyFault(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1')) return undefined;
  return `is of the kind ${type ?? 'unknown'}${type === 'ec' ? ` (${details?.namedCurve ?? 'unnamed'})` : ''}`;
}

/** By what a bundle names its key: the SHA-256 of its public half in DER form, in Base64. */
export function keyHint(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key);
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
