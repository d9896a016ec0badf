import { createHash, createHmac, randomBytes } from 'node:crypto';
import { md4 } from '../../../core/communicators/winrm/protocol/ntlm/md4.ts';
import { rc4 } from '../../../core/communicators/winrm/protocol/ntlm/rc4.ts';

/** The server's side of NTLMv2 by MS-NLMP; shares only the ciphers, which have tests of their own, with the client. */
export interface NtlmAcceptor {
  /** The second message, for the client's first. Throws for one that asks for less than sealing needs. */
  challenge(first: Buffer): Buffer;
  /** The session's key. Throws an error that says what is wrong with the third message. */
  accept(
    third: Buffer,
    account: { user: string; domain: string; password: string },
    binding: Buffer | undefined,
  ): Buffer;
}

const NEEDED: readonly (readonly [name: string, bit: number])[] = [
  ['UNICODE', 0],
  ['REQUEST_TARGET', 2],
  ['SIGN', 4],
  ['SEAL', 5],
  ['NTLM', 9],
  ['ALWAYS_SIGN', 15],
  ['EXTENDED_SESSIONSECURITY', 19],
  ['128', 29],
  ['KEY_EXCH', 30],
];

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`NTLM: ${what}`);
}

function mac(key: Buffer, ...data: Buffer[]): Buffer {
  return createHmac('md5', key).update(Buffer.concat(data)).digest();
}

function avPair(id: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(Uint16Array.of(id, value.length).buffer), value]);
}

function readAvPairs(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  while (bytes.readUInt16LE(at) !== 0) {
    const length = bytes.readUInt16LE(at + 2);
    check(!found.has(bytes.readUInt16LE(at)), 'an AV pair is there twice');
    found.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

export function ntlmAcceptor(withTimestamp: boolean): NtlmAcceptor {
  let first = Buffer.alloc(0);
  let second = Buffer.alloc(0);
  const serverChallenge = randomBytes(8);
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(BigInt(Date.now() + 11_644_473_600_000) * 10_000n);
  const name = Buffer.from('GUEST', 'utf16le');
  const information = Buffer.concat([
    ...[2, 1, 4, 3].map((id) => avPair(id, name)),
    ...(withTimestamp ? [avPair(7, time)] : []),
    avPair(0, Buffer.alloc(0)),
  ]);
  return {
    challenge: (message) => {
      check(message.subarray(0, 8).toString('latin1') === 'NTLMSSP\0', 'the first message has no signature');
      check(message.readUInt32LE(8) === 1, 'the first message is of another type');
      const flags = message.readUInt32LE(12);
      for (const [flag, bit] of NEEDED) check(((flags >>> bit) & 1) === 1, `the client does not ask for ${flag}`);
      first = Buffer.from(message);
      const head = Buffer.alloc(56);
      head.write('NTLMSSP\0', 'latin1');
      head.writeUInt32LE(2, 8);
      head.writeUInt16LE(name.length, 12);
      head.writeUInt16LE(name.length, 14);
      head.writeUInt32LE(56, 16);
      // What the client asked for, TARGET_TYPE_SERVER and TARGET_INFO.
      head.writeUInt32LE((flags | (1 << 17) | (1 << 23)) >>> 0, 20);
      serverChallenge.copy(head, 24);
      head.writeUInt16LE(information.length, 40);
      head.writeUInt16LE(information.length, 42);
      head.writeUInt32LE(56 + name.length, 44);
      Buffer.from([10, 0, 0x61, 0x4a, 0, 0, 0, 15]).copy(head, 48);
      second = Buffer.concat([head, name, information]);
      return second;
    },
    accept: (third, account, binding) => {
      check(third.readUInt32LE(8) === 3, 'the third message is of another type');
      const field = (at: number): Buffer => {
        const start = third.readUInt32LE(at + 4);
        check(start + third.readUInt16LE(at) <= third.length, 'a field lies outside of the message');
        return third.subarray(start, start + third.readUInt16LE(at));
      };
      const [lm, nt, domain, user] = [
        field(12),
        field(20),
        field(28).toString('utf16le'),
        field(36).toString('utf16le'),
      ];
      check(user.toLowerCase() === account.user.toLowerCase(), `no user ${user}`);
      check(domain === '' || domain.toUpperCase() === account.domain.toUpperCase(), `no domain ${domain}`);
      const owf = mac(
        md4(Buffer.from(account.password, 'utf16le')),
        Buffer.from(user.toUpperCase() + domain, 'utf16le'),
      );
      const blob = nt.subarray(16);
      check(mac(owf, serverChallenge, blob).equals(nt.subarray(0, 16)), 'the password is wrong');
      check(blob.readUInt16LE(0) === 0x0101, 'the response has another version');
      const pairs = readAvPairs(blob.subarray(28));
      check(Math.abs(Number(blob.readBigInt64LE(8) - time.readBigInt64LE(0))) < 600e7 * 10, 'the clocks differ');
      const base = mac(owf, nt.subarray(0, 16));
      const key = rc4(base)(field(52));
      if (withTimestamp) {
        check(blob.subarray(8, 16).equals(time), "the time stamp is not the server's");
        check(lm.equals(Buffer.alloc(24)), 'there is an LM response beside a time stamp');
        check(((pairs.get(6)?.readUInt32LE(0) ?? 0) & 2) === 2, 'the client does not say that it sends a MIC');
        const blank = Buffer.from(third);
        blank.fill(0, 72, 88);
        check(mac(key, first, second, blank).equals(third.subarray(72, 88)), 'the MIC is wrong');
      }
      const bound = pairs.get(10);
      const given = bound !== undefined && !bound.equals(Buffer.alloc(16));
      if (binding !== undefined) check(given && bound.equals(binding), 'the channel binding is wrong');
      return key;
    },
  };
}

export interface ServerSeal {
  open(data: Buffer, signature: Buffer): Buffer;
  seal(text: Buffer): { data: Buffer; signature: Buffer };
}

/** The server's ends of both directions. */
export function serverSeal(key: Buffer): ServerSeal {
  const derive = (text: string): Buffer =>
    createHash('md5').update(key).update(`session key to ${text} key magic constant\0`).digest();
  const [signIn, sealIn] = [derive('client-to-server signing'), rc4(derive('client-to-server sealing'))];
  const [signOut, sealOut] = [derive('server-to-client signing'), rc4(derive('server-to-client sealing'))];
  let [countIn, countOut] = [0, 0];
  const number = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  return {
    open: (data, signature) => {
      const text = sealIn(data);
      const sum = sealIn(mac(signIn, number(countIn), text).subarray(0, 8));
      const expected = Buffer.concat([number(1), sum, number(countIn)]);
      check(expected.equals(signature), `the signature of message ${countIn} is wrong`);
      countIn += 1;
      return text;
    },
    seal: (text) => {
      const data = sealOut(text);
      const sum = sealOut(mac(signOut, number(countOut), text).subarray(0, 8));
      const signature = Buffer.concat([number(1), sum, number(countOut)]);
      countOut += 1;
      return { data, signature };
    },
  };
}
