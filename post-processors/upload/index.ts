import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from './config.gen.ts';
import { halfUpload } from './kinds.ts';
import { prepare } from './prepare.ts';

export const postProcessor: PostProcessor<UploadPostProcessorConfig> = definePostProcessor({
  resources: [halfUpload],
  prepare,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
