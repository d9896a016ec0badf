import { createHash } from 'node:crypto';

/** The object identifiers of signature algorithms as they stand in certificates, and the hash that RFC 5929 takes. */
const ALGORITHMS: readonly (readonly [identifier: string, hash: string])[] = [
  ['2a864886f70d010104', 'sha256'],
  ['2a864886f70d010105', 'sha256'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d0401', 'sha256'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
];

/** The signature's algorithm stands twice in a certificate, and first of all identifiers. */
function hashOf(certificate: Buffer): string | undefined {
  const text = certificate.toString('hex');
  const found = ALGORITHMS.map(([identifier, hash]) => {
    const length = (identifier.length / 2).toString(16).padStart(2, '0');
    return [text.indexOf(`06${length}${identifier}`), hash] as const;
  })
    .filter(([place]) => place >= 0)
    .sort(([left], [right]) => left - right);
  return found[0]?.[1];
}

/**
 * What NTLM says of the TLS connection it runs over (RFC 5929, tls-server-end-point), from the server's certificate in
 * DER. Undefined for algorithms that have no such hash; servers that do not insist on it then let Kiln in.
 */
export function channelBinding(certificate: Buffer): Buffer | undefined {
  const hash = hashOf(certificate);
  if (hash === undefined) return undefined;
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), createHash(hash).update(certificate).digest()]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}
