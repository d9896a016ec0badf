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
