import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { ArtificePostProcessorConfig } from './config.gen.ts';

export const postProcessor: PostProcessor<ArtificePostProcessorConfig> = definePostProcessor({
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
