import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import type { AnsibleProvisionerConfig } from './config.gen.ts';
import { inputFiles } from './input-files.ts';
import { prepare } from './prepare.ts';
import { needs, programs } from './programs.ts';

export const provisioner: Provisioner<AnsibleProvisionerConfig> = defineProvisioner({
  prepare,
  programs,
  needs,
  inputFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
