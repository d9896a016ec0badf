import { chmod, copyFile, lstat, mkdir, open, symlink, unlink, utimes } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { makeDirectory } from '../../files/make-directory.ts';
import { isPlainName } from '../guest-names.ts';
import type { TarEntry } from './header.ts';
import { readArchive, type ArchiveItem } from './read-archive.ts';

/** The path below the destination; undefined for the destination itself. Throws when it leads out of it. */
function pathBelow(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!parts.every((part) => isPlainName(part))) {
    throw new Error(`the archive from the guest holds a path that leads out of it: ${JSON.stringify(path)}`);
  }
  return parts.length === 0 ? undefined : parts.join('/');
}

/** Takes away what a file or link is to replace. */
async function makeRoom(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (found.isDirectory()) throw new Error(`${path} is a directory here and none in the guest`);
  await unlink(path);
}

async function writeFileOf(item: ArchiveItem, path: string): Promise<void> {
  const { entry } = item;
  await makeRoom(path);
  await using file = await open(path, 'wx', 0o600);
  for await (const bytes of item.contents()) await file.writeFile(bytes);
  await file.chmod(entry.mode & 0o777);
  await file.utimes(entry.modified, entry.modified);
}

/** Makes one directory, in place of a link or a file if one is there. */
export async function makePlainDirectory(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  if (found !== undefined) await unlink(path);
  await mkdir(path);
}

/** Makes a directory below `destination` and those above it; none of them is a link. */
async function makeDirectories(destination: string, below: string, made: Set<string>): Promise<void> {
  if (below === '.' || made.has(below)) return;
  await makeDirectories(destination, posix.dirname(below), made);
  await makePlainDirectory(join(destination, below));
  made.add(below);
}

interface Later {
  readonly path: string;
  readonly entry: TarEntry;
}

/** What was unpacked so far, by paths below the destination: all that a hard link may name. */
interface Unpacked {
  readonly files: Set<string>;
  readonly links: Map<string, Later>;
  readonly skipped: Set<string>;
}

/** A hard link is another name of what came before it in the archive. What was there before is not the guest's to name. */
async function addHardLink(destination: string, below: string, entry: TarEntry, unpacked: Unpacked): Promise<void> {
  const target = pathBelow(entry.target) ?? '';
  const path = join(destination, below);
  const link = unpacked.links.get(target);
  if (link !== undefined) unpacked.links.set(below, { path, entry: link.entry });
  else if (unpacked.skipped.has(target)) unpacked.skipped.add(below);
  else if (unpacked.files.has(target)) {
    await makeRoom(path);
    await copyFile(join(destination, target), path);
    unpacked.files.add(below);
  } else throw new Error(`the archive from the guest links to ${entry.target}, which is not in it`);
}

/**
 * Writes what is in an archive below `destination`, replacing files of the same names. Symbolic links are made last, so
 * that nothing is written through them; permission bits above 0777 and owners are left out, devices are skipped.
 * `onFile` is told of each file by its path below the destination.
 * Throws when the archive is damaged, leads out of the destination, or cannot be written.
 */
export async function unpackInto(
  destination: string,
  archive: AsyncIterable<Buffer>,
  onSkipped: (path: string) => void,
  onFile?: (path: string) => void,
): Promise<void> {
  await makeDirectory(destination);
  const made = new Set<string>();
  const directories: Later[] = [];
  const unpacked: Unpacked = { files: new Set(), links: new Map(), skipped: new Set() };
  for await (const item of readArchive(archive)) {
    const { entry } = item;
    const below = pathBelow(entry.path);
    if (below === undefined) continue;
    const path = join(destination, below);
    if (entry.type === 'directory') {
      await makeDirectories(destination, below, made);
      directories.push({ path, entry });
      continue;
    }
    await makeDirectories(destination, posix.dirname(below), made);
    if (entry.type === 'file') {
      await writeFileOf(item, path);
      unpacked.files.add(below);
    } else if (entry.type === 'hardlink') await addHardLink(destination, below, entry, unpacked);
    else if (entry.type === 'symlink') unpacked.links.set(below, { path, entry });
    else {
      onSkipped(below);
      unpacked.skipped.add(below);
    }
  }
  for (const { path, entry } of unpacked.links.values()) {
    await makeRoom(path);
    await symlink(entry.target, path);
  }
  for (const below of unpacked.files) if (!unpacked.links.has(below)) onFile?.(below);
  for (const { path, entry } of directories.toReversed()) {
    await chmod(path, entry.mode & 0o777);
    await utimes(path, entry.modified, entry.modified);
  }
}
