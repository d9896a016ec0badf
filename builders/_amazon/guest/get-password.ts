import { decryptPassword, type CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import { readFile } from 'node:fs/promises';
import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import { expandHome } from '../../../plugins/sdk/files.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { waitFor } from '../api/wait.ts';
import type { KeyPair } from '../instance/key-pair.ts';
import type { RunOptions } from '../mixins/run.gen.ts';

const HINT =
  'windows_password_timeout sets how long is waited; an AMI gives a password only when EC2Launch is set to make a new one at the first start';

async function keyText(config: CommunicatorOptions, key: KeyPair): Promise<string> {
  const { ssh_private_key_file: file = '' } = config;
  if (key.privateKey !== undefined) return key.privateKey;
  return aboutOption('/ssh_private_key_file', () => readFile(expandHome(file), 'utf8'));
}

function decrypted(data: string, privateKey: string, passphrase: string | undefined): string {
  try {
    return decryptPassword(data, privateKey, passphrase);
  } catch (error) {
    throw new StepError('the password of the instance cannot be decrypted with this private key', {
      code: 'AMAZON_PASSWORD',
      pointer: '/ssh_private_key_file',
      hint: 'ssh_private_key_file has to be the RSA key of ssh_keypair_name, in PEM format',
      cause: error,
    });
  }
}

/**
 * Waits for the password that Windows gives its administrator, and decrypts it. Throws `TimeoutError` AMAZON_TIMEOUT
 * and `StepError` AMAZON_PASSWORD.
 */
export async function getPassword(
  config: CommunicatorOptions & Pick<RunOptions, 'windows_password_timeout'>,
  id: string,
  key: KeyPair,
  { build, cloud, polling }: AmazonBuild,
): Promise<string> {
  const privateKey = await keyText(config, key);
  build.say('waiting for the password of the administrator, which Windows makes when it first starts');
  const data = await waitFor({
    what: `the password of the instance ${id}`,
    limit: {
      milliseconds: config.windows_password_timeout,
      pointer: '/windows_password_timeout',
      hint: HINT,
    },
    polling,
    signal: build.signal,
    look: async () => {
      const { PasswordData = '' } = await cloud.ec2('GetPasswordData', { InstanceId: id });
      return PasswordData.trim() === '' ? { state: 'not there' } : { done: PasswordData.trim() };
    },
  });
  const password = decrypted(data, privateKey, config.ssh_private_key_passphrase);
  build.addSecret(password);
  return password;
}
