import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../../plugins/sdk/host.ts';
import type { ProvisionRun } from '../../plugins/sdk/index.ts';

/** Where the files of one run of a program with an SSH client of its own are; only Kiln's user can read it. */
export interface Workspace {
  readonly directory: string;
  /** For the sockets of SSH connections. */
  readonly sockets: string;
}

/** Not TMPDIR: the names of sockets must not be longer than about a hundred bytes. */
const SHORT_DIRECTORY = '/tmp';

/** `describe` is for lists of what is left behind. */
export async function makeWorkspace(describe: string, run: Pick<ProvisionRun, 'acquire'>): Promise<Workspace> {
  const directory = await temporaryDirectory(run, describe, SHORT_DIRECTORY);
  const sockets = join(directory, 's');
  await mkdir(sockets, { mode: 0o700 });
  return { directory, sockets };
}
