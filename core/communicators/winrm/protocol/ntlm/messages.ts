/** The flags of MS-NLMP 2.2.2.5 that Kiln asks for or looks at. */
const FLAGS = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  sign: 0x00000010,
  seal: 0x00000020,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  version: 0x02000000,
  key128: 0x20000000,
  keyExchange: 0x40000000,
  key56: 0x80000000,
} as const;

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
/** Windows 10 and NTLM's revision 15, as Windows' own client says. */
const VERSION = Buffer.from([10, 0, 0x63, 0x45, 0, 0, 0, 15]);
const ASKED = Object.values(FLAGS).reduce((all, flag) => (all | flag) >>> 0, 0);

/** Numbers of the pairs in a challenge's target information. */
export const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;

export type AvPairs = readonly (readonly [id: number, value: Buffer])[];

export interface Challenge {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly pairs: AvPairs;
}

export interface Authentication {
  readonly flags: number;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly domain: string;
  readonly user: string;
  readonly encryptedSessionKey: Buffer;
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

/** The first message: what this side is able to do. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  SIGNATURE.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(ASKED, 12);
  // Neither domain nor workstation: two empty fields, whose offsets point at the end.
  message.writeUInt32LE(40, 20);
  message.writeUInt32LE(40, 28);
  VERSION.copy(message, 32);
  return message;
}

function readPairs(bytes: Buffer): AvPairs {
  const pairs: (readonly [number, Buffer])[] = [];
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const id = bytes.readUInt16LE(offset);
    const length = bytes.readUInt16LE(offset + 2);
    if (id === AV.end) break;
    pairs.push([id, bytes.subarray(offset + 4, offset + 4 + length)]);
    offset += 4 + length;
  }
  return pairs;
}

export function writePairs(pairs: AvPairs): Buffer {
  const parts = [...pairs, [AV.end, Buffer.alloc(0)] as const].map(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat(parts);
}

/** Undefined when it is no challenge, or one of a server that does not do what sealing needs. */
export function readChallenge(message: Buffer): Challenge | undefined {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE) || message.readUInt32LE(8) !== 2)
    return undefined;
  const flags = message.readUInt32LE(20);
  const needed = FLAGS.unicode | FLAGS.extendedSessionSecurity | FLAGS.targetInfo;
  if ((flags & needed) !== needed) return undefined;
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  return {
    flags: (flags & ASKED) >>> 0,
    serverChallenge: message.subarray(24, 32),
    pairs: readPairs(message.subarray(offset, offset + length)),
  };
}

export function exchangesKey(flags: number): boolean {
  return (flags & FLAGS.keyExchange) !== 0;
}

const MIC_OFFSET = 72;
const PAYLOAD_OFFSET = 88;

/** The third message; its integrity code, 16 bytes at `MIC_OFFSET`, is zero. */
export function authenticateMessage(given: Authentication): Buffer {
  const fields: readonly (readonly [at: number, value: Buffer])[] = [
    [28, utf16(given.domain)],
    [36, utf16(given.user)],
    [44, Buffer.alloc(0)],
    [12, given.lmResponse],
    [20, given.ntResponse],
    [52, given.encryptedSessionKey],
  ];
  const head = Buffer.alloc(PAYLOAD_OFFSET);
  SIGNATURE.copy(head);
  head.writeUInt32LE(3, 8);
  head.writeUInt32LE(given.flags, 60);
  VERSION.copy(head, 64);
  let offset = PAYLOAD_OFFSET;
  for (const [at, value] of fields) {
    head.writeUInt16LE(value.length, at);
    head.writeUInt16LE(value.length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += value.length;
  }
  return Buffer.concat([head, ...fields.map(([, value]) => value)]);
}

export function putIntegrityCode(message: Buffer, code: Buffer): void {
  code.copy(message, MIC_OFFSET);
}
