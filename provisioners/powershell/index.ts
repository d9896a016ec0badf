import {
  checkScripts,
  scriptFiles,
  type Diagnostic,
  type PrepareContext,
  type Provisioner,
} from '../../plugins/sdk/index.ts';
import { checkLateEnvironment } from '../_windows/environment.ts';
import type { PowershellProvisionerConfig } from './config.gen.ts';

function prepare(config: PowershellProvisionerConfig, context: PrepareContext): readonly Diagnostic[] {
  const lonely: readonly Diagnostic[] =
    config.elevated_password !== undefined && config.elevated_user === undefined
      ? [
          {
            severity: 'error',
            code: 'POWERSHELL_ELEVATED_USER',
            message: 'elevated_password is given without elevated_user',
            pointer: '/elevated_password',
          },
        ]
      : [];
  return [
    ...checkScripts(config, ['inline', 'script', 'scripts'], context),
    ...checkLateEnvironment(config),
    ...lonely,
  ];
}

export const provisioner: Provisioner<PowershellProvisionerConfig> = {
  kind: 'provisioner',
  prepare,
  programs: [],
  needs: () => [],
  resources: [],
  inputFiles: scriptFiles,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
};
