import type { Sealed } from './ntlm/seal.ts';

const PROTOCOL = 'application/HTTP-SPNEGO-session-encrypted';
const BOUNDARY = '--Encrypted Boundary';
const OCTETS = '\tContent-Type: application/octet-stream\r\n';
const SIGNATURE_LENGTH = 16;

export const SEALED_TYPE: string = `multipart/encrypted;protocol="${PROTOCOL}";boundary="Encrypted Boundary"`;

/** A sealed message as a request's body (MS-WSMV 2.2.9.1). `length` is that of the text before it was sealed. */
export function writeSealed({ signature, data }: Sealed, length: number): Buffer {
  const head =
    `${BOUNDARY}\r\n\tContent-Type: ${PROTOCOL}\r\n` +
    `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${length}\r\n${BOUNDARY}\r\n${OCTETS}`;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(signature.length);
  return Buffer.concat([Buffer.from(head), size, signature, data, Buffer.from(`${BOUNDARY}--\r\n`)]);
}

/** Undefined when the body has not that form. */
export function readSealed(body: Buffer): { readonly sealed: Sealed; readonly length: number } | undefined {
  const mark = body.indexOf(OCTETS.trimStart());
  const head = body.subarray(0, Math.max(0, mark)).toString('latin1');
  const length = /Length=(\d+)/.exec(head)?.[1];
  if (mark < 0 || length === undefined) return undefined;
  const start = mark + OCTETS.length - 1;
  const end = body.lastIndexOf(BOUNDARY);
  if (end - start < 4 + SIGNATURE_LENGTH || body.readUInt32LE(start) !== SIGNATURE_LENGTH) return undefined;
  const signature = body.subarray(start + 4, start + 4 + SIGNATURE_LENGTH);
  const data = body.subarray(start + 4 + SIGNATURE_LENGTH, end);
  return { sealed: { signature, data }, length: Number(length) };
}
