import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { ManifestPostProcessorConfig } from './config.gen.ts';
import { manifestLock } from './lock.ts';

export const postProcessor: PostProcessor<ManifestPostProcessorConfig> = definePostProcessor({
  resources: [manifestLock],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
