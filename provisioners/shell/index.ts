import { defineProvisioner, type Provisioner } from '../../plugins/sdk/index.ts';
import {
  checkEnvironment,
  checkQuotedVariables,
  checkScripts,
  checkShellNames,
  scriptFiles,
  scriptLabel,
} from '../../plugins/sdk/scripts.ts';
import type { ShellProvisionerConfig } from './config.gen.ts';
import { quotesValues, setsInShell } from './execution.ts';

export const provisioner: Provisioner<ShellProvisionerConfig> = defineProvisioner({
  prepare: (config, context) => [
    ...checkScripts(config, ['inline', 'script', 'scripts'], context),
    ...checkEnvironment(config),
    ...(setsInShell(config) ? checkShellNames(config) : []),
    ...(quotesValues(config) ? checkQuotedVariables(config, [['/execute_command', config.execute_command]]) : []),
  ],
  inputFiles: scriptFiles,
  label: scriptLabel,
  provision: async (config, run) => (await import('./run.ts')).provision(config, run),
});
