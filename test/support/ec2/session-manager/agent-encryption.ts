import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EncryptionContext } from '../data-keys.ts';

/** What the account's preferences and the agent do about encryption. */
export interface EncryptionPlan {
  /** A key of KMS in the instance's region. */
  readonly keyId: string;
  /** Agents of before 2023 tie no random challenge to the key. */
  readonly old?: boolean;
  /** Called with the key of each session when the agent has it. */
  readonly onKey?: (key: Buffer) => void;
  readonly fault?:
    | 'agent-denied' // KMS does not open the key for the instance
    | 'other-key' // the agent has not the key that the client has
    | 'no-challenge' // the agent goes on without proof
    | 'answer-refused' // the client's proof is no proof to the agent
    | 'garbled'; // what the agent says after the handshake
}

/** Where the key is for, and who opens it. */
export interface EncryptionPlace {
  readonly sessionId: string;
  readonly target: string;
  /** KMS's Decrypt. Throws. */
  readonly decrypt: (sealed: Buffer, context: EncryptionContext) => Buffer;
}

/** The agent's half of an encrypted session. */
export interface AgentEncryption {
  /** What the handshake asks the client for. */
  readonly action: object;
  /** Takes the key from what the client made of the action. Throws as the agent words it. */
  takeKey(result: unknown): void;
  /** To be sent to the client; undefined when the handshake is complete without it. */
  readonly challenge: () => object | undefined;
  /** Throws as the agent words it. */
  checkAnswer(answer: Readonly<Record<string, unknown>>): void;
  seal(plain: Uint8Array): Buffer;
  open(sealed: Uint8Array): Buffer;
}

interface KeyResult {
  readonly KMSCipherTextKey?: string;
  readonly ChallengeAcknowledgement?: boolean;
}

const CIPHER = 'aes-256-gcm';

/** Random at first, then counted up. */
function nonces(): () => Buffer {
  const state = randomBytes(12);
  return () => {
    const now = Buffer.from(state);
    state.writeUInt32LE((state.readUInt32LE(0) + 1) >>> 0, 0);
    return now;
  };
}

function openWith(key: Buffer, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(sealed.length - 16));
  return Buffer.concat([decipher.update(sealed.subarray(12, sealed.length - 16)), decipher.final()]);
}

export function agentEncryption(plan: EncryptionPlan, place: EncryptionPlace): AgentEncryption {
  const random = randomBytes(16).toString('base64');
  const proof = randomBytes(64);
  const nextNonce = nonces();
  let ours: Buffer = Buffer.alloc(0);
  let theirs: Buffer = ours;
  let proven = false;

  function seal(plain: Uint8Array): Buffer {
    const nonce = nextNonce();
    const cipher = createCipheriv(CIPHER, ours, nonce);
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    if (plan.fault === 'garbled' && proven) sealed.writeUInt8(sealed.readUInt8(20) ^ 1, 20);
    return sealed;
  }
  return {
    action: {
      ActionType: 'KMSEncryption',
      ActionParameters: { KMSKeyId: plan.keyId, ...(plan.old === true ? {} : { Challenge: random }) },
    },
    takeKey: (result) => {
      const { KMSCipherTextKey = '', ChallengeAcknowledgement = false } = (result ?? {}) as KeyResult;
      const context = {
        'aws:ssm:SessionId': place.sessionId,
        'aws:ssm:TargetId': place.target,
        ...(ChallengeAcknowledgement ? { 'aws:ssm:RandomChallenge': random } : {}),
      };
      try {
        if (plan.fault === 'agent-denied')
          throw new Error('AccessDeniedException: not authorized to perform: kms:Decrypt');
        const key = place.decrypt(Buffer.from(KMSCipherTextKey, 'base64'), context);
        plan.onKey?.(Buffer.from(key));
        ours = plan.fault === 'other-key' ? randomBytes(32) : key.subarray(0, 32);
        theirs = key.subarray(32);
      } catch (error) {
        const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        throw new Error(
          `Fetching data key failed: Unable to retrieve data key, Error when decrypting data key ${why}`,
          { cause: error },
        );
      }
    },
    challenge: () => (plan.fault === 'no-challenge' ? undefined : { Challenge: seal(proof).toString('base64') }),
    checkAnswer: ({ Challenge }) => {
      const answer = openWith(theirs, Buffer.from(String(Challenge), 'base64'));
      if (!answer.equals(proof) || plan.fault === 'answer-refused') {
        throw new Error('Encryption challenge does not match!');
      }
      proven = true;
    },
    seal,
    open: (sealed) => openWith(theirs, sealed),
  };
}
