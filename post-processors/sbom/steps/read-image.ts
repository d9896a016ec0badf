import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '../../../plugins/sdk/host.ts';
import { KilnError, StepError, type Artifact, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { Inventory } from '../../_sbom/package.ts';
import { readInventory } from '../../_sbom/read-inventory.ts';
import { systemTree } from '../../_sbom/tree.ts';
import { readDisk, type Unread } from '../disk/read-disk.ts';
import { isArchive, readArchive } from './read-archive.ts';

function noImage(): StepError {
  return new StepError('the artifact has neither a disk image nor a tar archive', {
    code: 'SBOM_NO_IMAGE',
    hint: 'put sbom behind the builder, or use the provisioner sbom, which asks the running machine',
  });
}

/** An inventory that is not there, said with what could not be looked into. */
function explained(error: unknown, unread: readonly Unread[]): unknown {
  if (!(error instanceof KilnError) || error.code !== 'SBOM_NO_PACKAGES' || unread.length === 0) return error;
  const what = unread.map((each) => each.what).join(', ');
  return new StepError(`no list of packages can be read: ${what}, which Kiln does not read without mounting it`, {
    code: 'SBOM_NO_PACKAGES',
    hint: 'ext2, ext3 and ext4 are read; for others use the provisioner sbom, which asks the running machine',
    cause: error,
  });
}

/** The packages in an artifact's disks, else in its first tar archive. Nothing is mounted. Throws `StepError`. */
export async function readImage(input: Artifact, run: PostProcessRun): Promise<Inventory> {
  const disks = input.disks ?? [];
  const archive = input.files.find(isArchive);
  const place = disks[0]?.path ?? archive;
  if (place === undefined) throw noImage();
  // Beside the image, where there is room for a copy of it.
  const directory = await temporaryDirectory(run, 'files of the image', dirname(place));
  const root = join(directory, 'root');
  await mkdir(root);
  const unread: Unread[] = [];
  for (const disk of disks) unread.push(...(await readDisk(disk, root, directory, run)));
  if (disks.length === 0) await readArchive(place, root, run);
  try {
    const inventory = await readInventory(systemTree(root), directory);
    for (const { what } of unread) run.warn(`${what}: what is there is not in the list`);
    return inventory;
  } catch (error) {
    throw explained(error, unread);
  }
}
