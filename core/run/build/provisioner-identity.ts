import { createHash, hash as digestOf, type Hash } from 'node:crypto';
import { createReadStream, lstatSync, readFileSync, type Stats } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { walkTree, type TreeEntry } from '../../trees/walk-tree.ts';
import type { JsonValue } from '../../contract/json.ts';

/** The same text for the same value, whatever the order of its names; what JSON has no word for is left out. */
function canonical(value: JsonValue | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (value instanceof Array) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value as Readonly<Record<string, JsonValue | undefined>>);
  const sorted = entries.filter(([, inner]) => inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

/** A part is told from the next one by its length, so that no two lists of parts look alike. */
function addPart(hash: Hash, name: string, text: string): void {
  hash.update(`${name} ${Buffer.byteLength(text)}\n${text}\n`);
}

/** What is read at once, in a moment: a tree has thousands of such files, and a stream for each takes ten times as long. */
const SMALL_BYTES = 64 * 1024;
/** Each piece of a large file is a wait for another thread. */
const PIECE_BYTES = 1024 * 1024;

async function fileDigest(path: string, size: number, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  if (size <= SMALL_BYTES) return digestOf('sha256', readFileSync(path));
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { signal, highWaterMark: PIECE_BYTES }), hash);
  return hash.digest('hex');
}

/** Looked at without giving way, for the same reason as small files are read so. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

interface Reading {
  readonly signal: AbortSignal;
  /** Hears of each file that was read, with its SHA-256 in hex. */
  readonly onFile?: (path: string, sha256: string) => void;
}

async function addEntry(hash: Hash, { path, source, type, stats }: TreeEntry, reading: Reading): Promise<void> {
  if (type === 'symlink') addPart(hash, 'link', `${path}\0${await readlink(source)}`);
  else if (type === 'directory') addPart(hash, type, `${path}\0${stats.mode}`);
  else if (type === 'file') {
    const digest = await fileDigest(source, stats.size, reading.signal);
    reading.onFile?.(source, digest);
    addPart(hash, type, `${path}\0${stats.mode}\0${digest}`);
  } else addPart(hash, type, path);
}

async function addInput(hash: Hash, source: string, shown: string, reading: Reading): Promise<void> {
  const stats = look(source);
  if (stats === undefined) {
    // The provisioner itself says what it misses.
    addPart(hash, 'missing', shown);
    return;
  }
  const type = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  await addEntry(hash, { path: shown, source, type, stats }, reading);
  if (type !== 'directory') return;
  for (const entry of walkTree(source)) {
    await addEntry(hash, { ...entry, path: join(shown, entry.path) }, reading);
  }
}

export interface IdentityParts extends Reading {
  /** Identity of the provisioner before; empty for the first. */
  readonly previous: string;
  readonly type: string;
  readonly version: string;
  readonly config: JsonValue;
  /** Files and directories whose contents count, not their places. Links to them are followed, and those in them that lead out. */
  readonly inputFiles: readonly string[];
}

/** SHA-256 of all that decides what a provisioner does and what came before it. Throws AbortError and EACCES. */
export async function provisionerIdentity(parts: IdentityParts): Promise<string> {
  const hash = createHash('sha256');
  addPart(hash, 'previous', parts.previous);
  addPart(hash, 'type', parts.type);
  addPart(hash, 'version', parts.version);
  addPart(hash, 'config', canonical(parts.config));
  for (const [index, path] of parts.inputFiles.entries()) {
    const target = await realpath(path).catch(() => path);
    await addInput(hash, target, String(index), parts);
  }
  return hash.digest('hex');
}
