import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TransferOptions } from '../communicator.ts';
import { KilnError } from '../../errors/errors.ts';
import type { GuestLink } from './guest-link.ts';
import { localFailure, runShell, transferFailed } from './guest-shell.ts';
import { sftpRead, sftpTransfer } from './sftp-file.ts';

/** $1 path. */
const SCRIPT = 'if [ -d "$1" ]; then echo "$1 is a directory" >&2; exit 1; fi; exec cat "$1"';

async function fetchTo(
  link: GuestLink,
  method: 'scp' | 'sftp',
  source: string,
  path: string,
  doing: string,
  signal: AbortSignal,
): Promise<void> {
  const overSftp = (): Promise<boolean> => sftpTransfer(link, doing, signal, (sftp) => sftpRead(sftp, source, path));
  if (method === 'sftp' && (await overSftp())) return;
  const stdout = (await open(path, 'w')).createWriteStream();
  const answer = await runShell(link, doing, SCRIPT, [source], [], { signal, stdout }).finally(() => stdout.destroy());
  if (answer === undefined) {
    if (method === 'scp' && (await overSftp())) return;
    throw transferFailed(doing, 'the guest offers neither a shell nor SFTP');
  }
  if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
}

/** Fetches one file from the guest, whole or not at all; see `Communicator.download`. */
export async function downloadFile(
  link: GuestLink,
  method: 'scp' | 'sftp',
  source: string,
  destination: string,
  { signal }: TransferOptions,
): Promise<void> {
  const doing = `reading ${source} in the guest`;
  const unfinished = join(dirname(destination), `.${basename(destination)}.kiln-${randomUUID()}`);
  try {
    await fetchTo(link, method, source, unfinished, doing, signal);
    await rename(unfinished, destination);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error instanceof KilnError ? error : localFailure(doing, error);
  }
}
