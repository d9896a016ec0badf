import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** What of the options of a key pair that the provider has already cannot go together; `code` is that of the errors. */
export function checkNamedKeyPair(config: CommunicatorOptions, code: string): readonly Diagnostic[] {
  const { ssh_keypair_name: name, ssh_private_key_file: file } = config;
  if (name === undefined || file !== undefined) return [];
  const found: Diagnostic[] = [];
  if (!config.ssh_agent_auth) {
    found.push(errorAt(code, '/ssh_keypair_name', 'ssh_keypair_name needs ssh_private_key_file or ssh_agent_auth'));
  }
  if (config.communicator === 'winrm' && config.winrm_password === undefined) {
    const message = 'ssh_private_key_file is needed to decrypt the password of the instance';
    found.push(errorAt(code, '/ssh_keypair_name', message));
  }
  return found;
}
