import { defineProvisioner, errorAt, type Diagnostic, type Provisioner } from '../../plugins/sdk/index.ts';
import type { WindowsRestartProvisionerConfig } from './config.gen.ts';

function prepare(config: WindowsRestartProvisionerConfig): readonly Diagnostic[] {
  if (config.restart_timeout > 0) return [];
  const message = 'restart_timeout must be more than 0';
  return [errorAt('WINDOWS_RESTART_TIMEOUT', '/restart_timeout', message)];
}

export const provisioner: Provisioner<WindowsRestartProvisionerConfig> = defineProvisioner({
  prepare,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
