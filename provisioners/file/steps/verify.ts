import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CommandError, throwIfCancelled, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { walkTree } from '../../../plugins/sdk/files.ts';
import { guestPath, runScript } from '../guest-script.ts';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal'>;

/** SHA-256 digests in hexadecimal, by paths below one directory. */
type Digests = ReadonlyMap<string, string>;

const VERIFIED = 'kiln-verified';
const CHECK = `cd -- "$1" && { LC_ALL=C sha256sum -c - && echo ${VERIFIED}; } 2>&1 | grep -v ': OK$'`;
const LIST = `cd -- "$1" && find . -type f -exec sha256sum {} + && echo ${VERIFIED}`;
const ONE = `sha256sum <"$1" && echo ${VERIFIED}`;

async function digestOf(path: string, signal: AbortSignal, flags: number = constants.O_RDONLY): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path, flags);
  await pipeline(file.createReadStream(), hash, { signal });
  return hash.digest('hex');
}

/** Of a file that came from a guest, which may have sent a link of that name after it; empty for what cannot be read. */
async function digestOfReceived(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await digestOf(path, signal, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    throwIfCancelled(signal);
    return '';
  }
}

async function digestsIn(directory: string, signal: AbortSignal): Promise<Digests> {
  const digests = new Map<string, string>();
  for (const { path, source, type } of walkTree(directory)) {
    if (type === 'file') digests.set(path, await digestOf(source, signal));
  }
  return digests;
}

/** A line as sha256sum reads it. */
function checkLine([name, digest]: readonly [string, string]): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${escaped === name ? '' : '\\'}${digest}  ./${escaped}\n`;
}

/** What a line of sha256sum says; undefined for any other line. */
function readLine(line: string): readonly [string, string] | undefined {
  const [, escaped, digest = '', name = ''] = /^(\\?)([0-9a-f]{64}) [ *](?:\.\/)?(.*)$/.exec(line) ?? [];
  if (digest === '') return undefined;
  return [escaped === '' ? name : name.replace(/\\(.)/g, (_, next) => (next === 'n' ? '\n' : String(next))), digest];
}

function notVerified(path: string, lines: readonly string[]): CommandError {
  const differing = lines.map((line) => /^(?:\.\/)?(.*): FAILED/.exec(line)?.[1]).filter((name) => name !== undefined);
  const [first] = differing;
  const details = { code: 'FILE_NOT_VERIFIED', outputTail: lines.join('\n') };
  if (first !== undefined) {
    const more = differing.length > 1 ? ` and ${differing.length - 1} more` : '';
    return new CommandError(`in ${path} of the guest, ${first}${more} is not what it is on this machine`, details);
  }
  const reason = lines.findLast((line) => line !== VERIFIED && line.trim() !== '') ?? 'it says nothing';
  return new CommandError(`the guest cannot verify ${path}: ${reason}`, {
    ...details,
    hint: 'it needs the programs sha256sum and find, which Windows has not',
  });
}

function differs(path: string, name: string): CommandError {
  return notVerified(path, [`${name}: FAILED`]);
}

/** Compares what was sent with what is in the guest now. Throws `CommandError` FILE_NOT_VERIFIED. */
export async function verifyUpload(
  sent: { readonly content: string } | { readonly path: string } | { readonly directory: string },
  place: string,
  guest: Guest,
): Promise<void> {
  const path = guestPath(place);
  const one = (digest: string): Digests => new Map([[posix.basename(path), digest]]);
  const directory = 'directory' in sent ? path : posix.dirname(path);
  const digests =
    'directory' in sent
      ? await digestsIn(sent.directory, guest.signal)
      : one(
          'path' in sent
            ? await digestOf(sent.path, guest.signal)
            : createHash('sha256').update(sent.content).digest('hex'),
        );
  if (digests.size === 0) return;
  // In a terminal it is this character that ends the input.
  const end = guest.communicator.terminal ? '\u0004' : '';
  const { lines } = await runScript(CHECK, [directory], guest, [...digests].map(checkLine).join('') + end);
  if (lines.at(-1) !== VERIFIED || lines.length > 1) throw notVerified(directory, lines);
}

export interface Received {
  /** In the guest. */
  readonly path: string;
  /** The file or directory that it has become here. */
  readonly place: string;
  /** Of a directory: the files that came, by their paths below it. */
  readonly files?: readonly string[];
}

function missingFrom(names: Iterable<string>, known: { has(name: string): boolean }): string | undefined {
  for (const name of names) if (!known.has(name)) return name;
  return undefined;
}

/**
 * Compares a file or directory of the guest with what came of it, and reads nothing else, whatever the guest names. Throws
 * `CommandError` FILE_NOT_VERIFIED.
 */
export async function verifyDownload({ path, place, files }: Received, guest: Guest): Promise<void> {
  const { lines, reason } = await runScript(files === undefined ? ONE : LIST, [guestPath(path)], guest);
  if (lines.at(-1) !== VERIFIED) throw notVerified(path, [...lines, reason]);
  const said = lines.map(readLine).filter((line) => line !== undefined);
  if (files === undefined) {
    if (said[0]?.[1] !== (await digestOfReceived(place, guest.signal))) throw differs(path, posix.basename(path));
    return;
  }
  const digests: Digests = new Map(said);
  const unknown = missingFrom(digests.keys(), new Set(files)) ?? missingFrom(files, digests);
  if (unknown !== undefined) throw differs(path, unknown);
  for (const name of files) {
    if (digests.get(name) !== (await digestOfReceived(join(place, name), guest.signal))) throw differs(path, name);
  }
}
