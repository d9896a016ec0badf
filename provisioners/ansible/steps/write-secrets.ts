import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestAddress, ProvisionRun } from '../../../plugins/sdk/index.ts';
import { askPassScript, type ConnectionFiles } from '../connection.ts';
import type { Workspace } from './make-workspace.ts';

/** Writes the host key that the build has seen and, for a guest without a key of its own to log in with, the password. */
export async function writeSecrets(
  guest: GuestAddress,
  { directory }: Workspace,
  run: Pick<ProvisionRun, 'addSecret' | 'warn'>,
): Promise<ConnectionFiles> {
  const knownHosts = join(directory, 'known_hosts');
  if (guest.knownHostsLine === undefined) run.warn("the guest's host key is not known: Ansible does not check it");
  await writeFile(knownHosts, `${guest.knownHostsLine ?? ''}\n`, { mode: 0o600 });
  const { password, user, host } = guest;
  if (password === undefined || password === '') return { knownHosts, askPass: undefined };
  run.addSecret(password);
  const passwordFile = join(directory, 'password');
  const askPass = join(directory, 'ask-pass');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await writeFile(askPass, askPassScript(user, host, passwordFile), { mode: 0o700 });
  return { knownHosts, askPass };
}
