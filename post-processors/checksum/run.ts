import { aboutOption, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { ChecksumPostProcessorConfig } from './config.gen.ts';
import { lineFormats } from './line-format.ts';
import { hashFiles } from './steps/hash-files.ts';
import { placeLines } from './steps/place-lines.ts';
import { writeChecksums } from './steps/write-checksums.ts';

export async function postProcess(
  input: Artifact,
  config: ChecksumPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  if (input.files.length === 0) run.warn('the artifact has no local files, so there is nothing to make a checksum of');
  const algorithms = [...new Set(config.checksum_types)];
  const files = [...new Set(input.files)];
  const format = lineFormats[config.format];
  const places = placeLines(files, algorithms, config.output, format, run);
  const digests = await hashFiles(files, algorithms, run);
  await aboutOption('/output', () => writeChecksums(places, digests, format, run));
  const all = [...new Set([...input.files, ...places.keys()])];
  const artifact: Artifact = {
    builderId: 'packer.post-processor.checksum',
    id: '',
    description: `Created artifact from files: ${all.map(shownPath).join(', ')}`,
    files: all,
    ...(input.disks === undefined ? {} : { disks: input.disks }),
    properties: input.properties,
  };
  return { artifact, input: 'contained' };
}
