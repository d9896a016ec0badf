import { runProgram } from '../../../plugins/sdk/host.ts';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { databaseDirectories, databaseFiles } from '../../_sbom/places.ts';

/** Whether a file's name is one of a tar archive, packed or not. */
export function isArchive(path: string): boolean {
  return /\.(tar|tgz|txz|tbz2|tzst|tar\.(gz|xz|bz2|zst|lz4|bzip2))$/.test(path);
}

/** Copies what inventories are read from out of a tar archive into `root`. */
export async function readArchive(
  archive: string,
  root: string,
  { signal }: Pick<PostProcessRun, 'signal'>,
): Promise<void> {
  const directories = databaseDirectories.map(({ path, inner }) =>
    inner === undefined ? `${path}/*` : `${path}/*/${inner}`,
  );
  const wanted = [...databaseFiles, ...directories].flatMap((path) => [`.${path}`, path.slice(1)]);
  const args = [
    '--extract',
    '--file',
    archive,
    '--directory',
    root,
    '--no-same-owner',
    '--no-same-permissions',
    '--wildcards',
    '--',
    ...wanted,
  ];
  // What it does not find is status 2, and expected of most.
  await runProgram('tar', args, { signal, acceptExitStatus: [0, 2] });
}
