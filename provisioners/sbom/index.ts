import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import type { SbomProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<SbomProvisionerConfig> = defineProvisioner({
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
