import { constants, createPublicKey, generateKeyPair, privateDecrypt } from 'node:crypto';
import { promisify } from 'node:util';

const BITS = 2048;
const HASH = 'sha1';

/** Makes an RSA key, the only kind that the agent encrypts for. PEM. */
export async function makeWindowsKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: BITS,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey;
}

function base64(base64url: string | undefined): string {
  return Buffer.from(base64url ?? '', 'base64url').toString('base64');
}

/** The modulus, by which the agent's answer is known. */
export function modulusOf(privateKey: string): string {
  return base64(createPublicKey(privateKey).export({ format: 'jwk' }).n);
}

/** The key of metadata in which the guest's agent looks for users to make. */
export const WINDOWS_KEYS = 'windows-keys';

/**
 * A line of the metadata `windows-keys`: asks the agent of Google's Windows images for a user and a new password. The agent
 * passes over a line that has expired. `expires`: milliseconds since the epoch.
 */
export function windowsKeyLine(
  privateKey: string,
  { userName, email, expires }: { readonly userName: string; readonly email: string; readonly expires: number },
): string {
  const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  const expireOn = new Date(expires).toISOString().replace(/\.\d+Z$/, 'Z');
  return JSON.stringify({ userName, modulus: base64(n), exponent: base64(e), email, expireOn, hashFunction: HASH });
}

/** What the agent wrote to the fourth serial port about a key. */
export type WindowsAnswer = { readonly encrypted: string } | { readonly failed: string };

function answerIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Google keeps the end of what was written: the first line may be half of one.
    return undefined;
  }
}

/** The agent's last answer for the key with this modulus; undefined when there is none yet. */
export function findAnswer(serial: string, modulus: string): WindowsAnswer | undefined {
  const lines = serial.split(/\r?\n/).reverse();
  for (const answer of lines.map(answerIn)) {
    if (answer?.['modulus'] !== modulus) continue;
    const { passwordFound: found, encryptedPassword: encrypted, errorMessage: failed } = answer;
    if (found === true && typeof encrypted === 'string') return { encrypted };
    return { failed: typeof failed === 'string' && failed !== '' ? failed : 'the agent of the guest gives no reason' };
  }
  return undefined;
}

/** The password, which the agent encrypts by RSA with OAEP. Throws `Error` for one that is not for this key. */
export function decryptAnswer(encrypted: string, privateKey: string): string {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: HASH };
  return privateDecrypt(key, Buffer.from(encrypted, 'base64')).toString('utf8');
}
