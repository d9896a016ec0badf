import { constants, statSync, type Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../errors/errors.ts';
import { runsDirectory } from './state-directory.ts';

// What journals name is removed, ended and moved: only what this user alone could have written is believed.

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const [GROUP_WRITES, OTHERS_WRITE] = [0o020, 0o002];

function notTrusted(path: string, why: string): UsageError {
  return new UsageError(`${path} ${why}, and what is written there decides what is removed`, {
    code: 'STATE_NOT_TRUSTED',
    hint: 'take it back (chown, chmod go-w) when you know what is in it, or choose another place with KILN_STATE_DIR',
  });
}

/** Why somebody else may have written it; undefined when nobody else could. */
function strangerIn({ uid, mode }: Stats, writers: number): string | undefined {
  const own = process.geteuid?.();
  if (own === undefined) return undefined;
  if (uid !== own) return `belongs to another user (${uid})`;
  return (mode & writers) === 0 ? undefined : 'can be written to by others';
}

/** Throws `UsageError` STATE_NO_DIRECTORY when what is at `path`, or nearest above it, is no directory. */
function checkPlace(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true || (found === undefined && dirname(path) === path)) return;
  if (found === undefined) {
    checkPlace(dirname(path));
    return;
  }
  throw new UsageError(`${path} is no directory, and the state directory has to be one`, {
    code: 'STATE_NO_DIRECTORY',
    hint: 'choose another place with KILN_STATE_DIR, or move away what is there',
  });
}

/**
 * Throws `UsageError` STATE_NO_DIRECTORY, and STATE_NOT_TRUSTED when the state directory is another user's, or others may write to it. This user's
 * own group may: that is how many systems make directories, and each run is looked at once more.
 */
export function checkStateDirectory(state: string): void {
  checkPlace(runsDirectory(state));
  for (const path of [state, runsDirectory(state)]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) continue;
    const writers = found.gid === process.getegid?.() ? OTHERS_WRITE : GROUP_WRITES | OTHERS_WRITE;
    const why = strangerIn(found, writers);
    if (why !== undefined) throw notTrusted(path, why);
  }
}

/**
 * Text of a file in a run's directory, which no one but this user could have written. Throws `UsageError`
 * STATE_NOT_TRUSTED, and the system's error.
 */
export async function readTrusted(path: string): Promise<string> {
  const directory = dirname(path);
  const around = await lstat(directory);
  const why = around.isDirectory() ? strangerIn(around, GROUP_WRITES | OTHERS_WRITE) : 'is no directory';
  if (why !== undefined) throw notTrusted(directory, why);
  // Not blocking: it could be a FIFO. What is looked at is what is read.
  await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const found = await file.stat();
  const reason = found.isFile() ? strangerIn(found, GROUP_WRITES | OTHERS_WRITE) : 'is no file';
  if (reason !== undefined) throw notTrusted(path, reason);
  return await file.readFile('utf8');
}
