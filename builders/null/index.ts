import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import { communicatorNeeds, communicatorPrograms } from '../../plugins/sdk/guest.ts';
import type { NullBuilderConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';

export const builder: Builder<NullBuilderConfig> = defineBuilder({
  prepare,
  programs: communicatorPrograms,
  needs: communicatorNeeds,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build) => (await import('./run.ts')).run(config, build),
});
