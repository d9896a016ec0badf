import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { Member } from '../../_archive/member.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import type { ConvertedDisk } from './convert-disks.ts';

/** What a box has beside its disks. */
export interface BoxTexts {
  /** Small files, by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Paths of what the user adds, and where that is said. */
  readonly include: readonly string[];
  readonly includePointer: string;
}

/** A file's text. Throws `StepError` VAGRANT_FILE about the option. */
export async function readNamed(path: string, pointer: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(expandHome(path), 'utf8');
  } catch (error) {
    throw fileFailure(`cannot read ${path}`, 'VAGRANT_FILE', error, signal, pointer);
  }
}

async function includedMember(said: string, pointer: string, signal: AbortSignal): Promise<Member> {
  const path = expandHome(said);
  const found = await stat(path).catch((error: unknown) => {
    throw fileFailure(`cannot read ${said}`, 'VAGRANT_FILE', error, signal, pointer);
  });
  if (!found.isFile()) throw new StepError(`${said} is not a regular file`, { code: 'VAGRANT_FILE', pointer });
  return { path, name: basename(path), size: found.size, mode: 0o644 };
}

/** All that goes into the box, the small files first: who reads a box learns what it is before the disks come. */
export async function gatherMembers(
  disks: readonly ConvertedDisk[],
  { texts, include, includePointer }: BoxTexts,
  directory: string,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const path = join(directory, name);
    await writeFile(path, text, { flag: 'wx' });
    members.push({ path, name, size: Buffer.byteLength(text), mode: 0o644 });
  }
  for (const [index, said] of include.entries()) {
    members.push(await includedMember(said, `${includePointer}/${index}`, signal));
  }
  return [...members, ...disks.map(({ path, name, size }) => ({ path, name, size, mode: 0o644 }))];
}
