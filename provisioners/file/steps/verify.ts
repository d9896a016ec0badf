import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestPath, runScript } from '../guest-script.ts';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal'>;

/** SHA-256 digests in hexadecimal, by paths below one directory. */
type Digests = ReadonlyMap<string, string>;

const VERIFIED = 'kiln-verified';
const CHECK = `cd -- "$1" && { LC_ALL=C sha256sum -c - && echo ${VERIFIED}; } 2>&1 | grep -v ': OK$'`;
const LIST = `cd -- "$1" && find . -type f -exec sha256sum {} + && echo ${VERIFIED}`;
const ONE = `sha256sum <"$1" && echo ${VERIFIED}`;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function digestsIn(directory: string): Promise<Digests> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const digests = new Map<string, string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    digests.set(relative(directory, path), await digestOf(path));
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
      ? await digestsIn(sent.directory)
      : one('path' in sent ? await digestOf(sent.path) : createHash('sha256').update(sent.content).digest('hex'));
  if (digests.size === 0) return;
  // In a terminal it is this character that ends the input.
  const end = guest.communicator.terminal ? '\u0004' : '';
  const { lines } = await runScript(CHECK, [directory], guest, [...digests].map(checkLine).join('') + end);
  if (lines.at(-1) !== VERIFIED || lines.length > 1) throw notVerified(directory, lines);
}

/** Compares a file or directory of the guest with what came of it. Throws `CommandError` FILE_NOT_VERIFIED. */
export async function verifyDownload(
  { kind, path }: { readonly kind: 'file' | 'directory'; readonly path: string },
  place: string,
  guest: Guest,
): Promise<void> {
  const { lines, reason } = await runScript(kind === 'file' ? ONE : LIST, [guestPath(path)], guest);
  if (lines.at(-1) !== VERIFIED) throw notVerified(path, [...lines, reason]);
  const said = lines.map(readLine).filter((line) => line !== undefined);
  for (const [name, digest] of said) {
    const local = kind === 'file' ? place : join(place, name);
    const found = await digestOf(local).catch(() => '');
    if (found !== digest) throw notVerified(path, [`${kind === 'file' ? posix.basename(path) : name}: FAILED`]);
  }
}
