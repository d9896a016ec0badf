import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Medium } from './medium.ts';

/** Makes the tree of a medium in `directory`, with links in the place of files: the programs follow them. */
export async function layOut({ directories, files }: Medium, directory: string): Promise<void> {
  await mkdir(directory);
  for (const path of directories) await mkdir(join(directory, path), { recursive: true });
  for (const [path, file] of files) {
    const place = join(directory, path);
    if ('text' in file) await writeFile(place, file.text);
    else await symlink(resolve(file.hostPath), place);
  }
}
