import { basename, resolve } from 'node:path';
import { digestFile } from '../../plugins/sdk/files.ts';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { documentMoment } from '../_sbom/documents/document.ts';
import { documentText, formatNames } from '../_sbom/documents/write.ts';
import { fileFailure } from '../_shared/file-failure.ts';
import { shownPath } from '../_shared/shown-path.ts';
import { writeOutput } from '../_shared/write-output.ts';
import type { SbomPostProcessorConfig } from './config.gen.ts';
import { readImage } from './steps/read-image.ts';

async function sha256Of(file: string, { signal }: PostProcessRun): Promise<string | undefined> {
  try {
    return (await digestFile(file, ['sha256'], { signal })).get('sha256');
  } catch (error) {
    throw fileFailure(`cannot read ${shownPath(file)}`, 'SBOM_DISK', error, signal);
  }
}

export async function postProcess(
  input: Artifact,
  config: SbomPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const inventory = await readImage(input, run);
  const image = input.disks?.[0]?.path ?? input.files[0] ?? '';
  const facts = {
    name: basename(image),
    created: documentMoment(process.env['SOURCE_DATE_EPOCH'], run.runStarted),
    toolVersion: run.origin().version,
    sha256: await sha256Of(image, run),
  };
  const written: string[] = [];
  for (const format of new Set(config.formats)) {
    const names = { BuildName: run.buildName, BuilderType: run.builderType, Format: formatNames[format] };
    const path = resolve(run.render(config.output, names, '/output'));
    run.say(`${inventory.packages.length} packages of ${inventory.system.title}: writing ${shownPath(path)}`);
    await writeOutput(path, documentText(format, inventory, facts), '/output', run);
    written.push(path);
  }
  const artifact: Artifact = {
    builderId: 'kiln.post-processor.sbom',
    id: input.id,
    description: `software bill of materials: ${written.map(shownPath).join(', ')}`,
    files: [...new Set([...input.files, ...written])],
    ...(input.disks === undefined ? {} : { disks: input.disks }),
    properties: input.properties,
  };
  return { artifact, input: 'contained' };
}
