import { StepError, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { ArtificePostProcessorConfig } from './config.gen.ts';
import { findFiles } from './steps/find-files.ts';

export async function postProcess(
  input: Artifact,
  config: ArtificePostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const { files, unmatched } = await findFiles(config.files);
  const missing = unmatched.map((pattern) => `no file is called ${pattern}`);
  if (files.length === 0) {
    throw new StepError(`there is no artifact: ${missing.join(', ')}`, {
      code: 'ARTIFICE_NO_FILES',
      pointer: '/files',
      hint: 'relative paths start from the working directory',
    });
  }
  missing.forEach(run.warn);
  const disks = (input.disks ?? []).filter(({ path }) => files.includes(path));
  const artifact: Artifact = {
    builderId: 'packer.post-processor.artifice',
    id: '',
    description: `Created artifact from files: ${files.map(shownPath).join(', ')}`,
    files,
    ...(disks.length === 0 ? {} : { disks }),
    properties: {},
  };
  return { artifact, input: 'keep' };
}
