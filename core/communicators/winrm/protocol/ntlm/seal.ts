import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { rc4 } from './rc4.ts';

/** What belongs to one direction of a session (MS-NLMP 3.4.5). */
function direction(
  sessionKey: Buffer,
  name: 'client-to-server' | 'server-to-client',
): {
  readonly signingKey: Buffer;
  readonly cipher: (data: Uint8Array) => Buffer;
} {
  const key = (kind: 'signing' | 'sealing'): Buffer =>
    createHash('md5').update(sessionKey).update(`session key to ${name} ${kind} key magic constant\0`).digest();
  return { signingKey: key('signing'), cipher: rc4(key('sealing')) };
}

function signatureOf(signingKey: Buffer, cipher: (data: Uint8Array) => Buffer, number: number, text: Buffer): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(number);
  const sum = createHmac('md5', signingKey).update(count).update(text).digest().subarray(0, 8);
  return Buffer.concat([Buffer.from([1, 0, 0, 0]), cipher(sum), count]);
}

export interface Sealed {
  readonly signature: Buffer;
  readonly data: Buffer;
}

/** Encrypts and signs what goes over one connection after a login with key exchange. Each message is numbered. */
export function sealing(sessionKey: Buffer): {
  seal(text: Buffer): Sealed;
  /** Undefined when the message is not what the server sent, or not the next one. */
  open(sealed: Sealed): Buffer | undefined;
} {
  const out = direction(sessionKey, 'client-to-server');
  const into = direction(sessionKey, 'server-to-client');
  let sent = 0;
  let received = 0;
  return {
    seal: (text) => {
      const data = out.cipher(text);
      return { data, signature: signatureOf(out.signingKey, out.cipher, sent++, text) };
    },
    open: ({ signature, data }) => {
      const text = into.cipher(data);
      const expected = signatureOf(into.signingKey, into.cipher, received++, text);
      return signature.length === expected.length && timingSafeEqual(signature, expected) ? text : undefined;
    },
  };
}
