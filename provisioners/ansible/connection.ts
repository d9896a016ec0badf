import { shellWord } from '../../plugins/sdk/guest.ts';
import type { GuestAddress, JsonObject } from '../../plugins/sdk/index.ts';
import { clientOptions, passwordOptions, type ConnectionFiles } from '../_ssh-client/client-options.ts';

const SHARED_CONNECTION = '-C -o ControlMaster=auto -o ControlPersist=60s';

/** What Ansible has to know of the guest besides its address; no secrets. */
export function connectionVariables(address: GuestAddress, files: ConnectionFiles): JsonObject {
  const { privateKeyFile } = address;
  // Ansible turns passwords off when it was given none itself; what its SSH client is told first wins.
  const byPassword = passwordOptions(address, files);
  return {
    ansible_ssh_common_args: clientOptions(address, files).map(shellWord).join(' '),
    ...(privateKeyFile === undefined ? {} : { ansible_ssh_private_key_file: privateKeyFile }),
    ...(byPassword.length === 0 ? {} : { ansible_ssh_args: `${byPassword.join(' ')} ${SHARED_CONNECTION}` }),
  };
}
