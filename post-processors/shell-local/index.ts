import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import { prepareShellLocal } from '../../plugins/sdk/scripts.ts';
import type { ShellLocalPostProcessorConfig } from './config.gen.ts';

export const postProcessor: PostProcessor<ShellLocalPostProcessorConfig> = definePostProcessor({
  prepare: prepareShellLocal,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
