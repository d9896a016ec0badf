import { sign, verify, type KeyObject } from 'node:crypto';
import type { JsonObject } from '../../../plugins/sdk/index.ts';

/** What an envelope's signature covers: type and content, each with its length before it. */
function preAuthentication(type: string, payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function algorithmOf(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}

/** A signed DSSE envelope. */
export function signEnvelope(payloadType: string, payload: Buffer, key: KeyObject): JsonObject {
  const signature = sign(algorithmOf(key), preAuthentication(payloadType, payload), key);
  // cosign takes no envelope whose signature names a key.
  return {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64'), keyid: '' }],
  };
}

/** Whether the signature is one of the envelope's content by the key. */
export function isSignatureOfEnvelope(
  payloadType: string,
  payload: Buffer,
  signature: Buffer,
  key: KeyObject,
): boolean {
  return verify(algorithmOf(key), preAuthentication(payloadType, payload), key, signature);
}
