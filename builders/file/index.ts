import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import type { FileBuilderConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';

export const builder: Builder<FileBuilderConfig> = defineBuilder({
  prepare,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
});
