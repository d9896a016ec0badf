import { stat } from 'node:fs/promises';
import { dirname, join, posix, win32 } from 'node:path';
import { aboutOption, CommandError, StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { makeDirectory } from '../../../plugins/sdk/files.ts';
import { guestLost, isPlainName, shellWord, type FoundPath } from '../../../plugins/sdk/guest.ts';
import { matchesPattern } from '../matches-pattern.ts';
import { verifyDownload } from './verify.ts';
import { windowsPaths } from './windows-paths.ts';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal'>;

const GLOB = /[*?[]/;

function isWindows({ communicator }: Guest): boolean {
  return communicator.system === 'windows';
}

/** Of a path in the guest. */
function nameOf(path: string, guest: Guest): string {
  return isWindows(guest) ? win32.basename(path) : posix.basename(path);
}

function meansContents(path: string, guest: Guest): boolean {
  return path.endsWith('/') || (isWindows(guest) && path.endsWith('\\'));
}

/**
 * The last part of what a guest says that a source stands for becomes a name here: it has to be one, and one that the
 * template asked for. Throws `CommandError` FILE_NAME_REFUSED.
 */
function refuseUnasked(path: string, source: string, guest: Guest): void {
  const [name, pattern] = [nameOf(path, guest), nameOf(source, guest)];
  const { system } = guest.communicator;
  // What variables of Windows stand for is not known here.
  const isKnown = GLOB.test(source) && !/[$%]/.test(system === undefined ? '' : pattern);
  if (isPlainName(name, system) && (!isKnown || matchesPattern(name, pattern, system))) return;
  throw new CommandError(`the guest names ${JSON.stringify(path)} for ${source}`, {
    code: 'FILE_NAME_REFUSED',
    hint: 'such a name could be written to another place of this machine; nothing was written',
  });
}

function nothingMatches(pattern: string): StepError {
  return new StepError(`nothing in the guest matches ${pattern}`, { code: 'FILE_SOURCE_MISSING' });
}

async function kindOf(path: string, { communicator, signal }: Guest): Promise<FoundPath['kind']> {
  const { exitStatus, disconnected } = await communicator.exec(`test -d ${shellWord(path)}`, { signal });
  if (disconnected) throw guestLost();
  return exitStatus === 0 ? 'directory' : 'file';
}

/** The files that a pattern stands for in the guest. Its blanks are taken as part of names. */
async function matches(pattern: string, guest: Guest): Promise<readonly FoundPath[]> {
  const { communicator, signal } = guest;
  const escaped = pattern.replace(/[^\w*?[\]/.,@%+=:-]/g, '\\$&');
  const found: FoundPath[] = [];
  const tell = `if [ -d "$path" ]; then printf 'D%s\\n' "$path"; elif [ -e "$path" ]; then printf 'F%s\\n' "$path"; fi`;
  await communicator.exec(`for path in ${escaped}; do ${tell}; done`, {
    signal,
    onLine: (stream, line) => {
      if (stream === 'stdout') found.push({ kind: line.startsWith('D') ? 'directory' : 'file', path: line.slice(1) });
    },
  });
  return found;
}

/** What a source stands for; one without a pattern is itself. */
async function find(source: string, guest: Guest): Promise<readonly FoundPath[]> {
  if (meansContents(source, guest) && !GLOB.test(source)) return [{ kind: 'directory', path: source }];
  const isPattern = GLOB.test(source);
  if (!isWindows(guest) && !isPattern) return [{ kind: await kindOf(source, guest), path: source }];
  const found = isWindows(guest) ? await windowsPaths(source, guest) : await matches(source, guest);
  // To some shells ".*" stands for them too.
  const named = isPattern ? found.filter(({ path }) => !['.', '..'].includes(nameOf(path, guest))) : found;
  if (named.length === 0) throw nothingMatches(source);
  for (const { path } of named) if (!meansContents(path, guest)) refuseUnasked(path, source, guest);
  return named;
}

/** Where something found in the guest goes to. */
async function placeFor({ kind, path }: FoundPath, destination: string, guest: Guest): Promise<string> {
  if (meansContents(path, guest) || /^\.\.?$/.test(nameOf(path, guest))) return destination;
  const below = join(destination, nameOf(path, guest));
  if (kind === 'directory') return below;
  return destination.endsWith('/') || (await isLocalDirectory(destination)) ? below : destination;
}

/** What cannot be written on this machine is about the destination. */
async function writing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof StepError && error.code === 'TRANSFER_LOCAL_FILE' ? error.at('/destination') : error;
  }
}

async function downloadOne(found: FoundPath, destination: string, verify: boolean, guest: Guest): Promise<void> {
  const { communicator, signal } = guest;
  const { path } = found;
  const place = await placeFor(found, destination, guest);
  if (found.kind === 'directory') {
    const files: string[] = [];
    await writing(() => communicator.downloadTree(path, place, { signal, onFile: (name) => files.push(name) }));
    if (verify) await verifyDownload({ path, place, files }, guest);
  } else {
    await aboutOption('/destination', () => makeDirectory(dirname(place)));
    await writing(() => communicator.download(path, place, { signal }));
    if (verify) await verifyDownload({ path, place }, guest);
  }
}

function isLocalDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Copies a file or directory out of the guest; missing local directories are made. "dir/" means its contents, "dir" the
 * directory itself, and a source with *, ? or [ all that it matches, below the destination. With `verify` what came is
 * compared with what is in the guest.
 */
export async function download(source: string, destination: string, verify: boolean, guest: Guest): Promise<void> {
  const into = GLOB.test(source) && !destination.endsWith('/') ? `${destination}/` : destination;
  for (const found of await find(source, guest)) await downloadOne(found, into, verify, guest);
}
