import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import type { BreakpointProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<BreakpointProvisionerConfig> = defineProvisioner({
  needsNoGuest: true,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
