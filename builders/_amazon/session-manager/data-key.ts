import { StepError } from '../../../plugins/sdk/index.ts';
import type { Cloud } from '../cloud.ts';
import type { DataKey, WantedKey } from './encryption.ts';

const BYTES = 64;

/** Has KMS make a key that it opens for this session only. Throws `StepError` AMAZON_…. */
export async function newDataKey(
  { keyId, challenge }: WantedKey,
  session: { readonly sessionId: string; readonly target: string },
  cloud: Cloud,
): Promise<DataKey> {
  const { Plaintext, CiphertextBlob } = await cloud.kms('GenerateDataKey', {
    KeyId: keyId,
    NumberOfBytes: BYTES,
    EncryptionContext: {
      'aws:ssm:SessionId': session.sessionId,
      'aws:ssm:TargetId': session.target,
      ...(challenge === undefined ? {} : { 'aws:ssm:RandomChallenge': challenge }),
    },
  });
  if (Plaintext === undefined || CiphertextBlob === undefined) {
    throw new StepError(`KMS gave no key for the session`, { code: 'AMAZON_REFUSED' });
  }
  return { plain: Plaintext, sealed: CiphertextBlob };
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^GenerateDataKey: .*\(AccessDenied/s,
    'who builds needs kms:GenerateDataKey for the key that the preferences of Session Manager name, and the policy of the key has to let them',
  ],
  [
    /Fetching data key failed/,
    "the instance's profile needs kms:Decrypt for the key that the preferences of Session Manager name, and the policy of the key has to let it",
  ],
];

/** What to do about a session that ended for this reason; undefined when it has nothing to do with encryption. */
export function encryptionHint(reason: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(reason))?.[1];
}
