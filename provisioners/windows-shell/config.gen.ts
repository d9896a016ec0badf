// Made from a schema by `npm run generate`; do not edit.
import type { WindowsScriptOptions } from '../_windows/script.gen.ts';

/** Runs batch scripts in a Windows guest. */
export interface WindowsShellProvisionerConfig extends WindowsScriptOptions {
  /**
   * Lines of a batch script, run as one file. Exactly one of inline, script and scripts is to be given.
   */
  readonly inline?: readonly string[];
  /**
   * Sends scripts as they are. Otherwise line ends of Unix are turned into those of Windows, without which cmd.exe does not find labels.
   */
  readonly binary: boolean;
  /**
   * How {{.Vars}} writes each variable: the first %s is the name, the second the value.
   */
  readonly env_var_format: string;
  /**
   * Command line that runs each script. {{.Path}} is the script in the guest, {{.Vars}} the environment variables.
   */
  readonly execute_command: string;
  /**
   * Path of the scripts in the guest.
   */
  readonly remote_path: string;
}
