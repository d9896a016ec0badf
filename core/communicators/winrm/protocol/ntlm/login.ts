import { createHmac, randomBytes } from 'node:crypto';
import {
  authenticateMessage,
  AV,
  exchangesKey,
  negotiateMessage,
  putIntegrityCode,
  readChallenge,
  utf16,
  writePairs,
  type AvPairs,
} from './messages.ts';
import { md4 } from './md4.ts';
import { rc4 } from './rc4.ts';

export interface NtlmAccount {
  readonly user: string;
  /** Empty for an account of the guest itself. */
  readonly domain: string;
  readonly password: string;
}

export interface NtlmBinding {
  /** The guest's name, for the server to check what was meant. */
  readonly host: string;
  /** MD5 of the channel's binding structure, over TLS. */
  readonly channel: Buffer | undefined;
}

export interface NtlmAnswer {
  readonly message: Buffer;
  /** The key that both sides have when the server accepts the answer. */
  readonly sessionKey: Buffer;
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const code = createHmac('md5', key);
  for (const part of parts) code.update(part);
  return code.digest();
}

/** 100 ns since 1601, as Windows counts. */
function windowsTime(): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);
  return time;
}

/** "DOMAIN\user" as both parts; "user@domain" stays as it is, which is how Windows wants it. */
export function accountOf(username: string, password: string): NtlmAccount {
  const split = username.indexOf('\\');
  if (split < 0) return { user: username, domain: '', password };
  return { user: username.slice(split + 1), domain: username.slice(0, split), password };
}

/** What the answer repeats of the challenge, and adds: that there is an integrity code, and to whom it speaks. */
function answerPairs(pairs: AvPairs, hasCode: boolean, binding: NtlmBinding): AvPairs {
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE((pairs.find(([id]) => id === AV.flags)?.[1].readUInt32LE(0) ?? 0) | 2);
  return [
    ...pairs.filter(([id]) => id !== AV.flags),
    ...(hasCode ? [[AV.flags, flags] as const] : []),
    [AV.channelBindings, binding.channel ?? Buffer.alloc(16)] as const,
    [AV.targetName, utf16(`HTTP/${binding.host}`)] as const,
  ];
}

/**
 * One NTLMv2 login (MS-NLMP 3.3.2): `first` is to be sent, `answer` gives what to send after the server's challenge, or
 * undefined when that is no challenge that Kiln can answer.
 */
export function ntlmLogin(
  account: NtlmAccount,
  binding: NtlmBinding,
): { readonly first: Buffer; answer(challenge: Buffer): NtlmAnswer | undefined } {
  const first = negotiateMessage();
  return {
    first,
    answer: (bytes) => {
      const challenge = readChallenge(bytes);
      if (challenge === undefined) return undefined;
      const { flags, serverChallenge, pairs } = challenge;
      const stamp = pairs.find(([id]) => id === AV.timestamp)?.[1];
      const key = hmac(md4(utf16(account.password)), utf16(account.user.toUpperCase() + account.domain));
      const clientChallenge = randomBytes(8);
      const information = writePairs(answerPairs(pairs, stamp !== undefined, binding));
      const blob = Buffer.concat([
        Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
        stamp ?? windowsTime(),
        clientChallenge,
        Buffer.alloc(4),
        information,
        Buffer.alloc(4),
      ]);
      const proof = hmac(key, serverChallenge, blob);
      const base = hmac(key, proof);
      const own = exchangesKey(flags);
      const sessionKey = own ? randomBytes(16) : base;
      const message = authenticateMessage({
        flags,
        // With a time stamp of the server's, the older answer must be left out.
        lmResponse:
          stamp === undefined
            ? Buffer.concat([hmac(key, serverChallenge, clientChallenge), clientChallenge])
            : Buffer.alloc(24),
        ntResponse: Buffer.concat([proof, blob]),
        domain: account.domain,
        user: account.user,
        encryptedSessionKey: own ? rc4(base)(sessionKey) : Buffer.alloc(0),
      });
      if (stamp !== undefined) putIntegrityCode(message, hmac(sessionKey, first, bytes, message));
      return { message, sessionKey };
    },
  };
}
