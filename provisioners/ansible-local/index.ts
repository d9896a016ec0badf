import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import type { AnsibleLocalProvisionerConfig } from './config.gen.ts';
import { prepare } from './prepare.ts';
import { inputsOf } from './inputs.ts';

export const provisioner: Provisioner<AnsibleLocalProvisionerConfig> = defineProvisioner({
  prepare,
  inputFiles: (config) => inputsOf(config).map(({ path }) => path),
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
