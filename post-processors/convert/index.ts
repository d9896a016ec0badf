import { definePostProcessor, type PostProcessor, type Requirement } from '../../plugins/sdk/index.ts';
import type { ConvertPostProcessorConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';

const qemuImg: Requirement = { program: 'qemu-img', package: 'qemu-utils', purpose: 'convert disk images' };
const qemuNbd: Requirement = {
  program: 'qemu-nbd',
  package: 'qemu-utils',
  purpose: 'zero the free blocks of disk images',
  decidedBy: ['zero_free'],
};

export const postProcessor: PostProcessor<ConvertPostProcessorConfig> = definePostProcessor({
  independent: () => true,
  prepare,
  programs: [qemuImg, { ...qemuNbd, optional: true }],
  needs: ({ zero_free: zeroFree }) => (zeroFree ? [qemuImg, qemuNbd] : [qemuImg]),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
