import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { SbomPostProcessorConfig } from './config.gen.ts';

const programs = [
  { program: 'debugfs', package: 'e2fsprogs', purpose: 'read disks without mounting them' },
  { program: 'qemu-img', package: 'qemu-utils', purpose: 'read disk images' },
];

export const postProcessor: PostProcessor<SbomPostProcessorConfig> = definePostProcessor({
  independent: () => true,
  programs,
  needs: () => programs,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
