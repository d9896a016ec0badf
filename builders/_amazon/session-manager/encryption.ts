import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** What the agent says of the key that a session is to be encrypted with. */
export interface WantedKey {
  /** A key of KMS: its ARN, id or alias. */
  readonly keyId: string;
  /** Made up for this session, to be tied to its key; undefined when the agent is too old for it. */
  readonly challenge: string | undefined;
}

/** A new key of a session. */
export interface DataKey {
  /** 64 bytes, for each direction one half. */
  readonly plain: Uint8Array;
  /** The same as only KMS can read it. */
  readonly sealed: Uint8Array;
}

/** How the payloads of a session are encrypted. */
export interface Encryption {
  readonly seal: (plain: Uint8Array) => Uint8Array;
  /** Throws `Error` for what was not sealed by the agent with the session's key. */
  readonly open: (sealed: Uint8Array) => Uint8Array;
}

const CIPHER = 'aes-256-gcm';
const HALF = 32;
const NONCE = 12;
const TAG = 16;

/** Takes the key: its bytes are wiped. Throws `Error` when it is of another size. */
export function encryptionWith(key: Uint8Array): Encryption {
  if (key.length !== 2 * HALF) throw new Error(`KMS gave a key of ${key.length} bytes, not of ${2 * HALF}`);
  // A key object shows nothing when it is printed.
  const theirs = createSecretKey(key.subarray(0, HALF));
  const ours = createSecretKey(key.subarray(HALF));
  key.fill(0);
  return {
    seal: (plain) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, ours, nonce);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      const end = sealed.length - TAG;
      try {
        const decipher = createDecipheriv(CIPHER, theirs, sealed.subarray(0, NONCE), { authTagLength: TAG });
        decipher.setAuthTag(sealed.subarray(end));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE, end)), decipher.final()]);
      } catch (cause) {
        throw new Error("what the agent says is not encrypted with the session's key", { cause });
      }
    },
  };
}

/** Shows the agent that both have the same key. Throws as `open` does. */
export function answerChallenge(
  { Challenge }: Readonly<Record<string, unknown>>,
  { open, seal }: Encryption,
): { readonly Challenge: string } {
  const challenge = open(Buffer.from(typeof Challenge === 'string' ? Challenge : '', 'base64'));
  return { Challenge: Buffer.from(seal(challenge)).toString('base64') };
}
