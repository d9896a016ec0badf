/** Scripts and environment variables, as the options of `shell` and its kin name them. */
export {
  checkEnvironment,
  checkShellNames,
  environmentPairs,
  formatEnvironment,
  type EnvironmentOptions,
} from '../../core/scripts/environment.ts';
export { checkQuotedVariables } from '../../core/scripts/quoted-variables.ts';
export { exitMessage } from '../../core/scripts/exit-message.ts';
export {
  checkScripts,
  inlineScript,
  namedScripts,
  scriptFiles,
  scriptLabel,
  type NamedScript,
  type ScriptOptions,
} from '../../core/scripts/script-choice.ts';
export type { ShellLocalOptions } from '../../core/shell-local/options.gen.ts';
export { prepareShellLocal } from '../../core/shell-local/prepare.ts';
export { runShellLocal, type ShellLocalRun } from '../../core/shell-local/run.ts';
