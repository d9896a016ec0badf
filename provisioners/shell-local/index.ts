import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import { prepareShellLocal, scriptFiles, scriptLabel } from '../../plugins/sdk/scripts.ts';
import type { ShellLocalProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<ShellLocalProvisionerConfig> = defineProvisioner({
  needsNoGuest: true,
  prepare: prepareShellLocal,
  inputFiles: scriptFiles,
  label: scriptLabel,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
