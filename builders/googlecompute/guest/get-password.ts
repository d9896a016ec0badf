import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { waitUntil } from '../../_googlecompute/api/wait.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { decryptAnswer, findAnswer, modulusOf } from '../windows/windows-key.ts';
import { serialOutput } from './serial-port.ts';

/** Where the agent of Windows images answers. */
const PORT = 4;
const HINT =
  'windows_password_timeout sets how long is waited; the image has to be a Windows with the agent of Google Compute Engine (google-compute-engine-windows), and its accounts not be switched off (disable-account-manager)';

function failed(message: string, hint: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'GOOGLE_PASSWORD', pointer: '/winrm_username', hint, cause });
}

/**
 * Waits until the agent in the guest has made the user that logs in by WinRM, and tells its password, which it encrypts for
 * the key of the build. Throws `TimeoutError` GOOGLE_TIMEOUT and `StepError` GOOGLE_PASSWORD.
 */
export async function getPassword(
  config: GooglecomputeBuilderConfig,
  id: string,
  { privateKey = '' }: KeyPair,
  google: GoogleBuild,
): Promise<string> {
  const { build } = google;
  const { winrm_username: user = '', windows_password_timeout: milliseconds } = config;
  const modulus = modulusOf(privateKey);
  build.say(`waiting for the password of ${user}, which the agent of the guest makes when Windows first starts`);
  const look = async (): Promise<PollResult<string>> => {
    const answer = findAnswer(await serialOutput(id, PORT, config, google), modulus);
    if (answer === undefined) return { state: 'not there' };
    if ('encrypted' in answer) return { done: answer.encrypted };
    throw failed(
      `the guest cannot make the user ${user}: ${answer.failed}`,
      'the name has to be one that Windows takes',
    );
  };
  const limit = { milliseconds, option: 'windows_password_timeout', hint: HINT };
  const encrypted = await waitUntil(
    { thing: `the password of the instance ${id}`, wanted: 'there', limit, look },
    build,
  );
  let password: string;
  try {
    password = decryptAnswer(encrypted, privateKey);
  } catch (cause) {
    throw failed('the password of the instance cannot be decrypted', 'build the template anew', cause);
  }
  build.addSecret(password);
  return password;
}
