import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stageOutput } from '../../plugins/sdk/host.ts';
import { aboutOption, type ProvisionRun } from '../../plugins/sdk/index.ts';
import { documentMoment } from '../../post-processors/_sbom/documents/document.ts';
import { documentText, formatNames } from '../../post-processors/_sbom/documents/write.ts';
import type { Inventory } from '../../post-processors/_sbom/package.ts';
import type { SbomProvisionerConfig } from './config.gen.ts';

/** Writes the documents that the options ask for; one that is there is replaced when the new one is whole. */
export async function writeDocuments(
  inventory: Inventory,
  config: SbomProvisionerConfig,
  run: ProvisionRun,
): Promise<void> {
  const facts = {
    name: run.buildName,
    created: documentMoment(process.env['SOURCE_DATE_EPOCH'], Date.now()),
    toolVersion: undefined,
    sha256: undefined,
  };
  for (const format of new Set(config.formats)) {
    const names = { BuildName: run.buildName, BuilderType: run.builderType, Format: formatNames[format] };
    const path = resolve(run.render(config.output, names, '/output'));
    run.say(`${inventory.packages.length} packages of ${inventory.system.title}: writing ${path}`);
    await aboutOption('/output', async () => {
      const staged = await stageOutput(run, path, { force: true });
      await writeFile(staged.path, documentText(format, inventory, facts), { flag: 'wx' });
      await staged.publish();
    });
  }
}
