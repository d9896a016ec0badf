import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StepError, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { writeDocuments } from './write-documents.ts';
import { readInventory } from '../../post-processors/_sbom/read-inventory.ts';
import { systemTree } from '../../post-processors/_sbom/tree.ts';
import type { SbomProvisionerConfig } from './config.gen.ts';
import { findDatabases } from './find-databases.ts';

export async function provision(config: SbomProvisionerConfig, run: ProvisionRun): Promise<void> {
  const { communicator, signal } = run;
  if (communicator.system === 'windows') {
    throw new StepError('the guest is a Windows, which has no package database that Kiln reads', {
      code: 'SBOM_GUEST',
    });
  }
  const directory = await run.temporaryDirectory();
  const root = join(directory, 'root');
  for (const path of await findDatabases(run)) {
    const place = join(root, path);
    await mkdir(dirname(place), { recursive: true });
    await communicator.download(path, place, { signal });
  }
  await mkdir(root, { recursive: true });
  const inventory = await readInventory(systemTree(root), directory);
  await writeDocuments(inventory, config, run);
}
