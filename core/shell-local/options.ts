import type { EnvironmentOptions } from '../scripts/environment.ts';
import type { ScriptOptions } from '../scripts/script-choice.ts';

/** The options of the mixin `shell-local` after decoding. */
export interface ShellLocalOptions extends EnvironmentOptions, ScriptOptions {
  readonly inline_shebang: string;
  readonly execute_command: readonly string[];
  readonly env_var_format: string;
  readonly valid_exit_codes: readonly number[];
  readonly only_on?: readonly string[];
  readonly tempfile_extension?: string;
  readonly use_linux_pathing: boolean;
}

const DEFAULT_COMMAND = ['/bin/sh', '-c', '{{.Vars}} {{.Script}}'];
const DEFAULT_FORMAT = "%s='%s' ";

/** Whether the template leaves it to Kiln how a script is run and gets its variables. */
export function hasDefaultCommand({ execute_command: command, env_var_format: format }: ShellLocalOptions): boolean {
  const isSame = command.length === DEFAULT_COMMAND.length && command.every((part, at) => part === DEFAULT_COMMAND[at]);
  return isSame && format === DEFAULT_FORMAT;
}
