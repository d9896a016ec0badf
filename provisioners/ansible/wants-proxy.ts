import type { Communicator } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';

type Options = Pick<
  AnsibleProvisionerConfig,
  | 'use_proxy'
  | 'local_port'
  | 'ssh_host_key_file'
  | 'ssh_authorized_key_file'
  | 'ansible_proxy_key_type'
  | 'sftp_command'
>;

/** The options given that say how the proxy is to be. */
export function proxyOptions(config: Options): readonly string[] {
  const given = [
    ['local_port', config.local_port !== 0],
    ['ssh_host_key_file', config.ssh_host_key_file !== undefined],
    ['ssh_authorized_key_file', config.ssh_authorized_key_file !== undefined],
    ['ansible_proxy_key_type', config.ansible_proxy_key_type !== undefined],
    ['sftp_command', config.sftp_command !== undefined],
  ] as const;
  return given.filter(([, isGiven]) => isGiven).map(([option]) => option);
}

/**
 * Whether Ansible is to come by Kiln's own connection: when the template says so, and otherwise when it says how the
 * proxy is to be, or when an SSH client of its own could not reach the guest.
 */
export function wantsProxy(config: Options, { address }: Pick<Communicator, 'address'>): boolean {
  if (config.use_proxy !== undefined) return config.use_proxy;
  return proxyOptions(config).length > 0 || address === undefined || address.throughSocks === true;
}
