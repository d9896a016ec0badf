import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';
import { decryptPassword } from '../../plugins/sdk/keys.ts';
import { StepError, type BuildRun } from '../../plugins/sdk/index.ts';
import { privateKeyText, type KeyPair } from './key-pair.ts';

/**
 * Waits for the password that Windows gives its administrator, which comes encrypted for the key pair, and decrypts it.
 * Throws what `wait` throws, and `StepError` with `code` when it does not belong to the key.
 */
export async function windowsPassword(
  config: CommunicatorOptions,
  key: KeyPair,
  { wait, code }: { readonly wait: () => Promise<string>; readonly code: string },
  build: Pick<BuildRun, 'say' | 'addSecret'>,
): Promise<string> {
  const privateKey = await privateKeyText(config, key);
  build.say('waiting for the password of the administrator, which Windows makes when it first starts');
  const encrypted = await wait();
  let password: string;
  try {
    password = decryptPassword(encrypted, privateKey, config.ssh_private_key_passphrase);
  } catch (error) {
    throw new StepError('the password of the instance cannot be decrypted with this private key', {
      code,
      pointer: '/ssh_private_key_file',
      hint: 'ssh_private_key_file has to be the RSA key of ssh_keypair_name, in PEM, or without passphrase',
      cause: error,
    });
  }
  build.addSecret(password);
  return password;
}
