import { resolve } from 'node:path';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { progressMeter } from '../_shared/progress-meter.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { CompressPostProcessorConfig } from './config.gen.ts';
import { choosePacking, packingName } from './packing.ts';
import { nameMembers } from './steps/name-members.ts';
import { writePacked } from './steps/write-packed.ts';

export async function postProcess(
  input: Artifact,
  config: CompressPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const packing = choosePacking(config.output, config.format);
  const packingOption = config.format === undefined ? '/output' : '/format';
  const output = resolve(
    run.render(config.output, { BuildName: run.buildName, BuilderType: run.builderType }, '/output'),
  );
  const members = await nameMembers(input.files, packing, output, packingOption, run);
  const total = members.reduce((sum, member) => sum + member.size, 0);
  run.say(
    `packing ${members.length} file${members.length === 1 ? '' : 's'} into ${shownPath(output)} (${packingName(packing)})`,
  );
  const meter = progressMeter('compress', total, run);
  await writePacked(members, packing, config.compression_level, output, meter, run);
  meter.finish();
  const artifact: Artifact = {
    builderId: 'packer.post-processor.compress',
    id: '',
    description: `compressed artifacts in: ${shownPath(output)}`,
    files: [output],
    properties: { packing: packingName(packing) },
  };
  return { artifact, input: 'discard' };
}
