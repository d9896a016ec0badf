import { defineProvisioner, errorAt, type Diagnostic, type Provisioner } from '../../plugins/sdk/index.ts';
import type { RebootProvisionerConfig } from './config.gen.ts';

function prepare(config: RebootProvisionerConfig): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const add = (code: string, message: string, pointer: string): void =>
    void found.push(errorAt(code, pointer, message));
  if (config.reboot_command.trim() === '') add('REBOOT_COMMAND_EMPTY', 'reboot_command is empty', '/reboot_command');
  if (config.reboot_timeout <= 0) add('REBOOT_TIMEOUT', 'reboot_timeout must be more than 0', '/reboot_timeout');
  return found;
}

export const provisioner: Provisioner<RebootProvisionerConfig> = defineProvisioner({
  prepare,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
