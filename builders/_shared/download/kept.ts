import { readFile, rename, writeFile } from 'node:fs/promises';

/** What is known of a downloaded file that has no checksum in the template. */
export interface Kept {
  /** Of the address, which may hold secrets. */
  readonly urlDigest: string;
  readonly sha256: string;
  readonly size: number;
  /** ETag or date of the version. */
  readonly validator: string | undefined;
  /** Milliseconds since the epoch. */
  readonly completed: number;
}

function pathOf(stem: string): string {
  return `${stem}.kept.json`;
}

export async function readKept(stem: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(stem), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

export async function writeKept(stem: string, kept: Kept): Promise<void> {
  await writeFile(`${pathOf(stem)}.new`, JSON.stringify(kept));
  await rename(`${pathOf(stem)}.new`, pathOf(stem));
}
