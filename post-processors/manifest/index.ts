import type { PostProcessor } from '../../plugins/sdk/index.ts';
import type { ManifestPostProcessorConfig } from './config.gen.ts';
import { manifestLock } from './lock.ts';

export const postProcessor: PostProcessor<ManifestPostProcessorConfig> = {
  kind: 'post-processor',
  resources: [manifestLock],
  prepare: () => [],
  programs: [],
  needs: () => [],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
};
