import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';
import { sourcesOf } from './sources.ts';

export const provisioner: Provisioner<FileProvisionerConfig> = defineProvisioner({
  prepare,
  inputFiles: (config) => (config.direction === 'upload' ? sourcesOf(config) : []),
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
