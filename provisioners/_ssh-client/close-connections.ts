import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../plugins/sdk/host.ts';
import type { Workspace } from './make-workspace.ts';

const LIMIT_MILLISECONDS = 5000;

/**
 * Ends the connections that SSH clients keep for those to come: they run on their own, and outlive a program that was
 * cancelled. Never throws.
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
