import { errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';

/** A key to encrypt with, as the template has it. */
interface Key {
  readonly kmsKeyName?: string;
  readonly rawKey?: string;
}

/** Bytes. */
const KEY_LENGTH = 32;

/** What is wrong with the key of an option. The key itself is not shown. */
export function checkKey(option: string, key: Key | undefined): readonly Diagnostic[] {
  if (key === undefined) return [];
  const { kmsKeyName: name, rawKey: raw } = key;
  if (name !== undefined && raw !== undefined) {
    return [
      errorAt('GOOGLE_DISK', `/${option}`, 'kmsKeyName and rawKey are both given', { hint: 'leave one of them out' }),
    ];
  }
  if (name !== undefined && !/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+/.test(name)) {
    const hint = 'projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY';
    return [errorAt('GOOGLE_DISK', `/${option}/kmsKeyName`, 'it is no key of Cloud KMS', { hint })];
  }
  if (raw === undefined || raw.includes('{{') || Buffer.from(raw, 'base64').length === KEY_LENGTH) return [];
  const hint = 'openssl rand -base64 32';
  return [errorAt('GOOGLE_DISK', `/${option}/rawKey`, 'a key has 32 bytes, in base64', { hint })];
}
