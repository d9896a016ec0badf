import { shellWord } from '../../../plugins/sdk/guest.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import type { Sudo } from './find-sudo.ts';

const LIMIT_MILLISECONDS = 30_000;

/**
 * Removes what Salt has put of itself in the guest: it leaves that when it fails, and the directory always. Never throws.
 */
export async function removeThin(directory: string, sudo: Sudo, run: ProvisionRun): Promise<void> {
  const { communicator } = run;
  const removal = `rm -rf ${shellWord(directory)}`;
  const command = { none: removal, free: `sudo -n ${removal}`, asks: `sudo -S -p '' ${removal}` }[sudo];
  const password = communicator.address?.password ?? '';
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(LIMIT_MILLISECONDS);
  const input = sudo === 'asks' ? { stdin: `${password}\n` } : {};
  const removed = await communicator.exec(command, { signal, ...input }).catch(() => undefined);
  if (removed?.exitStatus !== 0) run.warn(`${directory} is left in the guest`);
}
