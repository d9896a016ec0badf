import { googleKinds } from '../../builders/_googlecompute/kinds/kinds.ts';
import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { GooglecomputeExportPostProcessorConfig } from './config.gen.ts';
import { exportObject } from './kinds.ts';
import { prepare } from './prepare.ts';

export const postProcessor: PostProcessor<GooglecomputeExportPostProcessorConfig> = definePostProcessor({
  resources: [exportObject, googleKinds('googlecompute-export').instance],
  prepare,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
