import { definePostProcessor, type PostProcessor, type Requirement } from '../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from './config.gen.ts';
import { halfUpload } from './kinds.ts';
import { schemeOf } from './plan/target-url.ts';
import { prepare } from './prepare.ts';

const rsync: Requirement = { program: 'rsync', package: 'rsync', purpose: 'upload by rsync', decidedBy: ['targets'] };
const ssh: Requirement = {
  program: 'ssh',
  package: 'openssh-client',
  purpose: 'log in for rsync',
  decidedBy: ['targets'],
};

export const postProcessor: PostProcessor<UploadPostProcessorConfig> = definePostProcessor({
  resources: [halfUpload],
  prepare,
  programs: [rsync, ssh].map((program) => ({ ...program, optional: true })),
  needs: ({ targets }) => (targets.some(({ url }) => schemeOf(url) === 'rsync') ? [rsync, ssh] : []),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
