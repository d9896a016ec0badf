import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { GuestAddress } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import { clientOptions, passwordOptions, type ConnectionFiles } from '../../_ssh-client/client-options.ts';
import type { Workspace } from '../../_ssh-client/make-workspace.ts';

/**
 * Makes a directory with an ssh and an scp of Kiln's: what an SSH client is told first wins, and Salt's own options do
 * not hold it to the host key when it has a password, nor know of jump hosts. Returns the directory.
 */
export async function writeClients(
  guest: GuestAddress,
  files: ConnectionFiles,
  { directory, sockets }: Workspace,
): Promise<string> {
  const { privateKeyFile } = guest;
  const options = [
    ...clientOptions(guest, files),
    ...passwordOptions(guest, files),
    ...(privateKeyFile === undefined ? [] : ['-o', `IdentityFile=${privateKeyFile}`]),
    ...['-o', 'ControlMaster=auto', '-o', 'ControlPersist=60', '-o', `ControlPath=${join(sockets, '%C')}`],
  ];
  const clients = join(directory, 'clients');
  await mkdir(clients, { mode: 0o700 });
  for (const program of ['ssh', 'scp']) {
    const words = [program, ...options].map(shellWord).join(' ');
    const script = `#!/bin/sh\nPATH=$KILN_PATH\nexec ${words} "$@"\n`;
    await writeTemporaryFile(join(clients, program), script, 0o700);
  }
  return clients;
}
