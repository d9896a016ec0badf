import { definePostProcessor, type Requirement, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { CompressPostProcessorConfig } from './config.gen.ts';
import { choosePacking } from './packing.ts';

const packers: Readonly<Record<string, Requirement>> = {
  xz: { program: 'xz', package: 'xz-utils', purpose: 'compress with xz' },
  bzip2: { program: 'bzip2', package: 'bzip2', purpose: 'compress with bzip2' },
  lz4: { program: 'lz4', package: 'lz4', purpose: 'compress with lz4' },
};

function needs({ output, format }: CompressPostProcessorConfig): readonly Requirement[] {
  const packer = packers[choosePacking(output, format).compression ?? ''];
  return packer === undefined ? [] : [{ ...packer, decidedBy: ['output', 'format'] }];
}

export const postProcessor: PostProcessor<CompressPostProcessorConfig> = definePostProcessor({
  independent: () => true,
  programs: Object.values(packers).map((packer) => ({ ...packer, optional: true })),
  needs,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
