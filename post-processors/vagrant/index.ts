import { definePostProcessor, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { VagrantPostProcessorConfig } from './config.gen.ts';
import { catalogueLock } from './lock.ts';
import { prepare } from './prepare.ts';

const qemuImg = { program: 'qemu-img', package: 'qemu-utils', purpose: 'convert disks for boxes' };

export const postProcessor: PostProcessor<VagrantPostProcessorConfig> = definePostProcessor({
  prepare,
  programs: [qemuImg],
  needs: () => [qemuImg],
  resources: [catalogueLock],
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
