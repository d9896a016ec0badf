import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import type { Instance } from '../resources.ts';
import { isOn, metadataValue } from './metadata.ts';

/** A line of the metadata `windows-keys`. */
interface WindowsKey {
  readonly userName?: string;
  readonly modulus?: string;
  readonly exponent?: string;
  readonly email?: string;
  readonly expireOn?: string;
}

const LONGEST_NAME = 20;

function encrypted({ modulus = '', exponent = '' }: WindowsKey, password: string): string {
  const url = (text: string): string => Buffer.from(text, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', n: url(modulus), e: url(exponent) }, format: 'jwk' });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: 'sha1' }, Buffer.from(password)).toString('base64');
}

function answer(key: WindowsKey, instance: Instance): object | undefined {
  const { userName = '', modulus, exponent, expireOn = '' } = key;
  // The agent says nothing of what has expired, and of what it cannot read.
  if (userName === '' || modulus === undefined || !(Date.parse(expireOn) > Date.now())) return undefined;
  const about = { userName, modulus, exponent };
  if (userName.length > LONGEST_NAME) {
    return { ...about, passwordFound: false, errorMessage: 'The user name is too long.' };
  }
  const password = randomBytes(12).toString('base64');
  instance.passwords.set(userName, password);
  return { ...about, passwordFound: true, encryptedPassword: encrypted(key, password) };
}

/** What the agent of Google's Windows images does when it hears of new metadata: makes users, and says their passwords. */
export function makeUsers(instance: Instance): void {
  if (isOn(instance.view, 'disable-account-manager')) return;
  const lines = metadataValue(instance.view, 'windows-keys').split('\n');
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const key = JSON.parse(line) as WindowsKey;
    const said = instance.agent.includes(key.modulus ?? '') ? undefined : answer(key, instance);
    if (said !== undefined) instance.agent += `${JSON.stringify(said)}\r\n`;
  }
}
