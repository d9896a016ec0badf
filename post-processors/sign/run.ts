import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';
import type { SignPostProcessorConfig } from './config.gen.ts';
import { methodsOf } from './methods.ts';
import { chooseFiles } from './steps/choose-files.ts';
import { writeSignature } from './steps/write-signature.ts';

export async function postProcess(
  input: Artifact,
  config: SignPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  if (input.files.length === 0) run.warn('the artifact has no local files, so there is nothing to sign');
  const signatures: string[] = [];
  for (const file of chooseFiles(input.files, config.files)) {
    for (const method of methodsOf(config)) {
      run.say(`signing ${shownPath(file)} by ${method.name}`);
      signatures.push(await writeSignature(file, method, run));
    }
  }
  const all = [...new Set([...input.files, ...signatures])];
  const artifact: Artifact = {
    builderId: 'kiln.post-processor.sign',
    id: '',
    description: `signatures: ${signatures.map(shownPath).join(', ')}`,
    files: all,
    ...(input.disks === undefined ? {} : { disks: input.disks }),
    properties: input.properties,
  };
  return { artifact, input: 'contained' };
}
