import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import { checkScripts, scriptFiles, scriptLabel } from '../../plugins/sdk/scripts.ts';
import { checkLateEnvironment } from '../_windows/environment.ts';
import type { WindowsShellProvisionerConfig } from './config.gen.ts';

export const provisioner: Provisioner<WindowsShellProvisionerConfig> = defineProvisioner({
  prepare: (config, context) => [
    ...checkScripts(config, ['inline', 'script', 'scripts'], context),
    ...checkLateEnvironment(config),
  ],
  inputFiles: scriptFiles,
  label: scriptLabel,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
