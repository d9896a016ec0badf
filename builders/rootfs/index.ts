import type { Builder } from '../../plugins/sdk/index.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';
import { requirements } from './requirements.ts';

export const builder: Builder<RootfsBuilderConfig> = {
  kind: 'builder',
  resources: [],
  prepare,
  requirements,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, state) => (await import('./run.ts')).resume(config, build, state),
};
