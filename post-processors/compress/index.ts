import type { PostProcessor, Requirement } from '../../plugins/sdk/index.ts';
import type { CompressPostProcessorConfig } from './config.gen.ts';
import { choosePacking } from './packing.ts';

const programs: Readonly<Record<string, Requirement>> = {
  xz: { program: 'xz', package: 'xz-utils', purpose: 'compress with xz' },
  bzip2: { program: 'bzip2', package: 'bzip2', purpose: 'compress with bzip2' },
  lz4: { program: 'lz4', package: 'lz4', purpose: 'compress with lz4' },
};

function requirements(config?: CompressPostProcessorConfig): readonly Requirement[] {
  if (config === undefined) return Object.values(programs).map((program) => ({ ...program, optional: true }));
  const needed = programs[choosePacking(config.output, config.format).compression ?? ''];
  return needed === undefined ? [] : [needed];
}

export const postProcessor: PostProcessor<CompressPostProcessorConfig> = {
  kind: 'post-processor',
  resources: [],
  prepare: () => [],
  requirements,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
};
