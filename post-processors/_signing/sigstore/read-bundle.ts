import { isList, isObject, type JsonObject, type JsonValue } from '../../../plugins/sdk/index.ts';
import { bad } from '../verdict.ts';

/** What a bundle says: a signature of a file, or an envelope with a statement. */
export type Bundle =
  | { readonly kind: 'file'; readonly signature: Buffer }
  | {
      readonly kind: 'statement';
      readonly type: string;
      readonly payload: Buffer;
      readonly signatures: readonly Buffer[];
    };

function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw bad('it is no sigstore bundle');
}

function base64(value: JsonValue | undefined): Buffer {
  if (typeof value !== 'string') throw bad('it is a sigstore bundle that lacks a part');
  return Buffer.from(value, 'base64');
}

/** Reads a bundle's text. Throws `StepError` SIGNATURE_BAD. */
export function readBundle(text: string): Bundle {
  const { messageSignature, dsseEnvelope } = parsed(text);
  if (isObject(messageSignature)) return { kind: 'file', signature: base64(messageSignature['signature']) };
  if (!isObject(dsseEnvelope)) throw bad('it is a sigstore bundle without a signature');
  const { payloadType, payload, signatures } = dsseEnvelope;
  if (typeof payloadType !== 'string' || !isList(signatures)) throw bad('it is a sigstore bundle that lacks a part');
  return {
    kind: 'statement',
    type: payloadType,
    payload: base64(payload),
    signatures: signatures.map((each) => base64(isObject(each) ? each['sig'] : undefined)),
  };
}

/** An in-toto statement: of what kind, and the SHA-256 digests, in hex, of what it is about. */
export function readStatement(payload: Buffer): {
  readonly predicateType: string;
  readonly digests: readonly string[];
} {
  const { predicateType, subject } = parsed(payload.toString('utf8'));
  if (typeof predicateType !== 'string' || !isList(subject)) throw bad('the envelope has no in-toto statement');
  const digests = subject.map((each) => {
    const digest = isObject(each) ? each['digest'] : undefined;
    return isObject(digest) ? digest['sha256'] : undefined;
  });
  return { predicateType, digests: digests.filter((each) => typeof each === 'string') };
}
