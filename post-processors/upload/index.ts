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

/** Whether a pattern names files of this machine, which an earlier sequence may make. */
function isOfMachine(pattern: string): boolean {
  return pattern.includes('/');
}

function independent({ files = [], targets, post_upload_command: command }: UploadPostProcessorConfig): boolean {
  const patterns = [...files, ...targets.flatMap((target) => target.files ?? [])];
  const commands = [command, ...targets.map((target) => target.post_upload_command)];
  return commands.every((each) => each === undefined) && !patterns.some(isOfMachine);
}

export const postProcessor: PostProcessor<UploadPostProcessorConfig> = definePostProcessor({
  resources: [halfUpload],
  prepare,
  independent,
  programs: [rsync, ssh].map((program) => ({ ...program, optional: true })),
  needs: ({ targets }) => (targets.some(({ url }) => schemeOf(url) === 'rsync') ? [rsync, ssh] : []),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
});
