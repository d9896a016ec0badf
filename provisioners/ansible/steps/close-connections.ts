import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../plugins/sdk/index.ts';
import type { Workspace } from './make-workspace.ts';

const LIMIT_MILLISECONDS = 5000;

/**
 * Ends the connections that Ansible's SSH client keeps for the tasks to come: they run on their own, and outlive a play
 * that was cancelled. Never throws.
 */
export async function closeConnections({ sockets }: Workspace): Promise<void> {
  const names = await readdir(sockets).catch(() => []);
  await Promise.all(
    names.map((name) =>
      // A fresh signal, since the run's own may have aborted; "guest" only has to be some name.
      runProgram('ssh', ['-o', `ControlPath=${join(sockets, name)}`, '-O', 'exit', 'guest'], {
        signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
      }).catch(() => undefined),
    ),
  );
}
