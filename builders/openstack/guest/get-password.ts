import type { KeyPair } from '../../_cloud/key-pair.ts';
import { windowsPassword } from '../../_cloud/windows-password.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

/**
 * Waits for the password that cloudbase-init gives the administrator, and decrypts it. Throws `TimeoutError`
 * OPENSTACK_TIMEOUT and `StepError` OPENSTACK_PASSWORD.
 */
export function getPassword(
  config: OpenstackBuilderConfig,
  id: string,
  key: KeyPair,
  { build, cloud }: OpenstackBuild,
): Promise<string> {
  const limit = { milliseconds: config.windows_password_timeout, option: 'windows_password_timeout' };
  const look = async (): Promise<{ readonly done: string } | { readonly state: string }> => {
    const password = await cloud.ask(({ compute }, call) => compute.servers.getPassword(id, call));
    return password === undefined ? { state: 'not there' } : { done: password };
  };
  const wait = (): Promise<string> =>
    waitUntil({ thing: `the password of the server ${id}`, wanted: 'there', limit, look }, build);
  return windowsPassword(config, key, { wait, code: 'OPENSTACK_PASSWORD' }, build);
}
