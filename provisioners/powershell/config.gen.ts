// Made from a schema by `npm run generate`; do not edit.
import type { WindowsScriptOptions } from '../_windows/script.gen.ts';

/** Runs PowerShell scripts in a Windows guest. */
export interface PowershellProvisionerConfig extends WindowsScriptOptions {
  /**
   * Lines of a PowerShell script, run as one file. Exactly one of inline, script and scripts is to be given.
   */
  readonly inline?: readonly string[];
  /**
   * Scripts are sent as they are either way; there for templates that say so.
   */
  readonly binary: boolean;
  /**
   * How each variable is written as PowerShell: the first %s is the name, the second the value, in which what is special between double quotes is escaped.
   */
  readonly env_var_format: string;
  /**
   * The same, with elevated_user.
   */
  readonly elevated_env_var_format: string;
  /**
   * Command line that runs each script. {{.Path}} is the script in the guest, {{.Vars}} the script with the environment variables. Without it, for inline: powershell -executionpolicy bypass -file {{.Path}}; for script files a line of PowerShell that takes {{.Vars}} in, runs {{.Path}} and exits with its status.
   */
  readonly execute_command?: string;
  /**
   * The command line with elevated_user. Without it: as execute_command would be.
   */
  readonly elevated_execute_command?: string;
  /**
   * Runs the scripts as this user by a scheduled task with all rights; SYSTEM and other service accounts need no password.
   */
  readonly elevated_user?: string;
  /**
   * Password of elevated_user; {{.WinRMPassword}} is that which Kiln logged in with.
   */
  readonly elevated_password?: string;
  /**
   * PowerShell's execution policy for the scripts. With none no policy is named; over SSH, script files are then given to the login shell as PowerShell, for guests whose login shell that is.
   */
  readonly execution_policy:
    'bypass' | 'allsigned' | 'default' | 'remotesigned' | 'restricted' | 'undefined' | 'unrestricted' | 'none';
  /**
   * Runs pwsh (PowerShell 6 and newer) instead of powershell.
   */
  readonly use_pwsh: boolean;
  /**
   * Trace level of Set-PSDebug: 1 shows each line before it runs, 2 variables and calls too.
   */
  readonly debug_mode: number;
  /**
   * Path of the scripts in the guest. Without it: c:/Windows/Temp/script-UUID.ps1. With a slash at its end a directory, in which scripts keep their names.
   */
  readonly remote_path?: string;
  /**
   * Path of the script with the environment variables in the guest. Without it: c:/Windows/Temp/packer-ps-env-vars-UUID.ps1.
   */
  readonly remote_env_var_path?: string;
  /**
   * Leaves the scripts in the guest.
   */
  readonly skip_clean: boolean;
  /**
   * How long to wait after the scripts. (milliseconds)
   */
  readonly pause_after: number;
}
