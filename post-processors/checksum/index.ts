import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { ChecksumPostProcessorConfig } from './config.gen.ts';
import { checksumLock } from './lock.ts';

export const postProcessor: PostProcessor<ChecksumPostProcessorConfig> = definePostProcessor({
  independent: () => true,
  resources: [checksumLock],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
