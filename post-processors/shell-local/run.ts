import { runShellLocal } from '../../plugins/sdk/scripts.ts';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import type { ShellLocalPostProcessorConfig } from './config.gen.ts';

export async function postProcess(
  _input: Artifact,
  config: ShellLocalPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  await runShellLocal(config, run);
  return { artifact: 'input', input: 'contained' };
}
