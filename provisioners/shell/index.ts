import { checkEnvironment, checkScripts, scriptFiles, type Provisioner } from '../../plugins/sdk/index.ts';
import type { ShellProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<ShellProvisionerConfig> = {
  kind: 'provisioner',
  prepare: (config, context) => [
    ...checkScripts(config, ['inline', 'script', 'scripts'], context),
    ...checkEnvironment(config),
  ],
  requirements: () => [],
  resources: [],
  inputFiles: scriptFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
