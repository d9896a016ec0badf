import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { CommandError, shellWord, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal'>;

const GLOB = /[*?[]/;

async function guestHasDirectory(path: string, { communicator, signal }: Guest): Promise<boolean> {
  const { exitStatus, disconnected } = await communicator.exec(`test -d ${shellWord(path)}`, { signal });
  if (disconnected) throw new CommandError('the guest went away', { code: 'COMMUNICATOR_LOST' });
  return exitStatus === 0;
}

/** The files that a pattern stands for in the guest. Its blanks are taken as part of names. */
async function matches(pattern: string, { communicator, signal }: Guest): Promise<readonly string[]> {
  const escaped = pattern.replace(/[^\w*?[\]/.,@%+=:-]/g, '\\$&');
  const found: string[] = [];
  const command = `for path in ${escaped}; do if [ -e "$path" ]; then printf '%s\\n' "$path"; fi; done`;
  await communicator.exec(command, {
    signal,
    onLine: (stream, line) => {
      if (stream === 'stdout') found.push(line);
    },
  });
  if (found.length > 0) return found;
  throw new StepError(`nothing in the guest matches ${pattern}`, { code: 'FILE_SOURCE_MISSING' });
}

async function downloadOne(source: string, destination: string, guest: Guest): Promise<void> {
  const { communicator, signal } = guest;
  const intoDirectory = destination.endsWith('/') || (await isLocalDirectory(destination));
  if (source.endsWith('/')) return communicator.downloadTree(source, destination, { signal });
  if (await guestHasDirectory(source, guest)) {
    return communicator.downloadTree(source, join(destination, posix.basename(source)), { signal });
  }
  const place = intoDirectory ? join(destination, posix.basename(source)) : destination;
  await mkdir(dirname(place), { recursive: true });
  await communicator.download(source, place, { signal });
}

function isLocalDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Copies a file or directory out of the guest; missing local directories are made. "dir/" means its contents, "dir" the
 * directory itself, and a source with *, ? or [ all that it matches, below the destination.
 */
export async function download(source: string, destination: string, guest: Guest): Promise<void> {
  if (!GLOB.test(source)) return downloadOne(source, destination, guest);
  const into = destination.endsWith('/') ? destination : `${destination}/`;
  for (const path of await matches(source, guest)) await downloadOne(path, into, guest);
}
