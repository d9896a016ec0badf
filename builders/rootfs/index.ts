import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';
import { needs, programs } from './programs.ts';

export const builder: Builder<RootfsBuilderConfig> = defineBuilder({
  prepare,
  programs,
  needs,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, state) => (await import('./run.ts')).resume(config, build, state),
});
