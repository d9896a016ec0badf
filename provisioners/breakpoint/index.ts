import type { Provisioner } from '../../plugins/sdk/index.ts';
import type { BreakpointProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<BreakpointProvisionerConfig> = {
  kind: 'provisioner',
  needsNoGuest: true,
  prepare: () => [],
  programs: [],
  needs: () => [],
  resources: [],
  inputFiles: () => [],
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
