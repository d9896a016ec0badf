import {
  defineProvisioner,
  errorAt,
  type Diagnostic,
  type PrepareContext,
  type Provisioner,
} from '../../plugins/sdk/index.ts';
import { checkScripts, scriptFiles, scriptLabel } from '../../plugins/sdk/scripts.ts';
import { checkLateEnvironment } from '../_windows/environment.ts';
import type { PowershellProvisionerConfig } from './config.gen.ts';

function prepare(config: PowershellProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  const lonely: readonly Diagnostic[] =
    config.elevated_password !== undefined && config.elevated_user === undefined
      ? [errorAt('POWERSHELL_ELEVATED_USER', '/elevated_password', 'elevated_password is given without elevated_user')]
      : [];
  return [
    ...checkScripts(config, ['inline', 'script', 'scripts'], context),
    ...checkLateEnvironment(config),
    ...lonely,
  ];
}

export const provisioner: Provisioner<PowershellProvisionerConfig> = defineProvisioner({
  prepare,
  inputFiles: scriptFiles,
  label: scriptLabel,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
