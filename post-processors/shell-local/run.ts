import { runShellLocal, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
import type { ShellLocalPostProcessorConfig } from './config.gen.ts';

export async function postProcess(
  input: Artifact,
  config: ShellLocalPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  await runShellLocal(config, run);
  return { artifact: input, keepInput: true, mustKeepInput: true };
}
