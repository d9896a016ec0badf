import { prepareShellLocal, scriptFiles } from '../../plugins/sdk/scripts.ts';
import type { Provisioner } from '../../plugins/sdk/index.ts';
import type { ShellLocalProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<ShellLocalProvisionerConfig> = {
  kind: 'provisioner',
  needsNoGuest: true,
  prepare: prepareShellLocal,
  programs: [],
  needs: () => [],
  resources: [],
  inputFiles: scriptFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
