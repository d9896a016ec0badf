import type { CommunicatorType } from '../../contract/communicator-type.ts';
import type { Requirement } from '../../contract/component.ts';
import { defineCommunicator } from '../../define/communicator.ts';
import type { CommunicatorOptions } from '../options.gen.ts';
import { checkSsh } from './check.ts';
import { sshOptionsFrom } from './config.ts';
import { connectSsh } from './index.ts';

const ssh: Requirement = { program: 'ssh', package: 'openssh-client', purpose: 'connect to guests by OpenSSH' };

/** By the options alone: what is in key files is not looked at. */
function isOpenSsh(config: CommunicatorOptions): boolean {
  const files = [config.ssh_config_file, config.ssh_certificate_file];
  const overJumpHost =
    config.ssh_bastion_host !== undefined &&
    (config.ssh_bastion_interactive || config.ssh_bastion_certificate_file !== undefined);
  return config.ssh_backend === 'openssh' || files.some((file) => file !== undefined) || overJumpHost;
}

/** SSH, by the library or by OpenSSH. */
export const sshCommunicator: CommunicatorType<CommunicatorOptions> = defineCommunicator({
  name: 'ssh',
  programs: [{ ...ssh, optional: true }],
  needs: (options) => (isOpenSsh(options) ? [ssh] : []),
  check: (options, context) => checkSsh(options, context).map((found) => ({ severity: 'error', ...found })),
  endpoint: (options) => ({
    host: options.ssh_host,
    port: options.ssh_port,
    timeout: sshOptionsFrom(options).timeout,
  }),
  connect: (options, known, run) => connectSsh(sshOptionsFrom(options, known), run),
});
