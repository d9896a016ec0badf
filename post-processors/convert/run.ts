import { resolve } from 'node:path';
import {
  StepError,
  type Artifact,
  type Disk,
  type PostProcessed,
  type PostProcessRun,
} from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';
import { chooseDisks } from './choose-disks.ts';
import type { ConvertPostProcessorConfig } from './config.gen.ts';
import { extensions } from './formats.ts';
import { writeImage } from './steps/write-image.ts';
import { writeOva } from './steps/write-ova.ts';

/** Where `count` images go. Throws `StepError` CONVERT_SAME_OUTPUT. */
function placesOf(
  count: number,
  { output, format }: ConvertPostProcessorConfig,
  run: PostProcessRun,
): readonly string[] {
  const { buildName: BuildName, builderType: BuilderType } = run;
  const places = Array.from({ length: count }, (_, index) => {
    const data = { BuildName, BuilderType, Extension: extensions[format], Number: index === 0 ? '' : `-${index}` };
    return resolve(run.render(output, data, '/output'));
  });
  const same = places.find((place, index) => places.indexOf(place) !== index);
  if (same === undefined) return places;
  throw new StepError(`several disks would be written to ${shownPath(same)}`, {
    code: 'CONVERT_SAME_OUTPUT',
    pointer: '/output',
    hint: 'the artifact has several disks: put {{.Number}} into "output"',
  });
}

export async function postProcess(
  input: Artifact,
  config: ConvertPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const chosen = chooseDisks(input);
  const places = placesOf(config.format === 'ova' ? 1 : chosen.length, config, run);
  const files: string[] = [];
  const disks: Disk[] = [];
  for (const [index, output] of places.entries()) {
    const disk = chosen[index];
    if (config.format === 'ova') {
      await writeOva(chosen, output, config, run);
      files.push(output);
    } else if (disk !== undefined) {
      const written = await writeImage(disk, output, config, run);
      files.push(...written.files);
      disks.push(written.disk);
    }
  }
  const artifact: Artifact = {
    builderId: 'kiln.post-processor.convert',
    id: '',
    description: `converted to ${config.format}: ${files.map(shownPath).join(', ')}`,
    files,
    ...(disks.length === 0 ? {} : { disks }),
    properties: { format: config.format },
  };
  return { artifact, input: 'discard' };
}
