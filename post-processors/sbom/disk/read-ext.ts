import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../../../plugins/sdk/host.ts';
import { databaseDirectories, databaseFiles, isPackageName } from '../../_sbom/places.ts';

/** An ext2, ext3 or ext4 file system: a raw image, and where in it it begins. */
export interface ExtPlace {
  readonly image: string;
  readonly offset: number;
}

interface Extraction {
  readonly from: string;
  readonly to: string;
}

async function debugfs(
  { image, offset }: ExtPlace,
  commands: string,
  directory: string,
  signal: AbortSignal,
): Promise<string> {
  const script = join(directory, 'debugfs-commands');
  await writeFile(script, commands);
  // Its exit status says nothing; what it could not find is not there afterwards.
  const device = offset === 0 ? image : `${image}?offset=${offset}`;
  return (await runProgram('debugfs', ['-f', script, device], { signal })).stdout;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Names in a directory of the file system, of packages alone. */
async function list(place: ExtPlace, path: string, directory: string, signal: AbortSignal): Promise<readonly string[]> {
  const said = await debugfs(place, `ls -p ${path}\n`, directory, signal);
  const names = [...said.matchAll(/^\/\d+\/\d+\/\d+\/\d+\/([^/\n]+)\/\d*\/$/gm)].map(([, name = '']) => name);
  return names.filter(isPackageName);
}

/** Where a file is when its file system is mounted at `/`, and when it is mounted at `/var`. */
function mountedAt(path: string): readonly string[] {
  return path.startsWith('/var/') ? [path, path.slice(4)] : [path];
}

/**
 * Copies the files that inventories are read from into `root`, as far as the file system has them; what is there already
 * stays. `directory` is a temporary one. Nothing is mounted, and no name or link of the image becomes one of this machine.
 */
export async function readExt(place: ExtPlace, root: string, directory: string, signal: AbortSignal): Promise<void> {
  const wanted: Extraction[] = databaseFiles.flatMap((path) => mountedAt(path).map((from) => ({ from, to: path })));
  for (const { path, inner } of databaseDirectories) {
    for (const from of mountedAt(path)) {
      for (const name of await list(place, from, directory, signal)) {
        const below = inner === undefined ? name : `${name}/${inner}`;
        wanted.push({ from: `${from}/${below}`, to: `${path}/${below}` });
      }
    }
  }
  const commands: string[] = [];
  for (const { from, to } of wanted) {
    const target = join(root, to);
    if (await exists(target)) continue;
    await mkdir(dirname(target), { recursive: true });
    commands.push(`dump ${from} ${JSON.stringify(target)}\n`);
  }
  await debugfs(place, commands.join(''), directory, signal);
}
