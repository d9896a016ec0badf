import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { windowsPassword } from '../../_cloud/windows-password.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { waitFor } from '../api/wait.ts';
import type { RunOptions } from '../mixins/run.gen.ts';

const HINT =
  'windows_password_timeout sets how long is waited; an AMI gives a password only when EC2Launch is set to make a new one at the first start';

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
  const wait = (): Promise<string> =>
    waitFor({
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
  return windowsPassword(config, key, { wait, code: 'AMAZON_PASSWORD' }, build);
}
