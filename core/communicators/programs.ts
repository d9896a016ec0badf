import type { Requirement } from '../contract/component.ts';
import type { CommunicatorOptions } from './options.gen.ts';

const ssh: Requirement = { program: 'ssh', package: 'openssh-client', purpose: 'connect to guests by OpenSSH' };

/** All the programs that `connectGuest` may call. */
export const communicatorPrograms: readonly Requirement[] = [{ ...ssh, optional: true }];

type Options = Pick<
  CommunicatorOptions,
  | 'communicator'
  | 'ssh_backend'
  | 'ssh_config_file'
  | 'ssh_certificate_file'
  | 'ssh_bastion_host'
  | 'ssh_bastion_certificate_file'
  | 'ssh_bastion_interactive'
>;

/** The programs that `connectGuest` calls for these options, by the options alone: what is in key files is not looked at. */
export function communicatorNeeds(config: Options): readonly Requirement[] {
  const files = [config.ssh_config_file, config.ssh_certificate_file];
  const overJumpHost =
    config.ssh_bastion_host !== undefined &&
    (config.ssh_bastion_interactive || config.ssh_bastion_certificate_file !== undefined);
  const isOpenSsh = config.ssh_backend === 'openssh' || files.some((file) => file !== undefined) || overJumpHost;
  return config.communicator === 'ssh' && isOpenSsh ? [ssh] : [];
}
