import { prepareShellLocal } from '../../plugins/sdk/scripts.ts';
import type { PostProcessor } from '../../plugins/sdk/index.ts';
import type { ShellLocalPostProcessorConfig } from './config.gen.ts';

export const postProcessor: PostProcessor<ShellLocalPostProcessorConfig> = {
  kind: 'post-processor',
  resources: [],
  prepare: prepareShellLocal,
  programs: [],
  needs: () => [],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
};
