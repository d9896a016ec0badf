// Made from a schema by `npm run generate`; do not edit.

/** Runs scripts in the guest. */
export interface ShellProvisionerConfig {
  /**
   * Lines of a script, run as one file. Exactly one of inline, script and scripts is to be given.
   */
  readonly inline?: readonly string[];
  /**
   * Path of a script on this machine.
   */
  readonly script?: string;
  /**
   * Paths of scripts on this machine, run one after the other.
   */
  readonly scripts?: readonly string[];
  /**
   * Interpreter of inline scripts, without "#!". Ignored when the first inline line starts with "#!".
   */
  readonly inline_shebang: string;
  /**
   * Sends scripts as they are. Otherwise Windows line ends are turned into those of Unix.
   */
  readonly binary: boolean;
  /**
   * Environment variables as NAME=value. PACKER_BUILD_NAME, PACKER_BUILDER_TYPE and, where the builder serves files, PACKER_HTTP_ADDR, PACKER_HTTP_IP and PACKER_HTTP_PORT are there as well.
   */
  readonly environment_vars?: readonly string[];
  /**
   * Environment variables as a map; wins over environment_vars.
   */
  readonly env?: {
    readonly [k: string]: string;
  };
  /**
   * How {{.Vars}} writes each variable: the first %s is the name, the second the value, in which single quotes are escaped. Without it: %s='%s' with a blank behind it; with use_env_var_file a line export %s='%s'.
   */
  readonly env_var_format?: string;
  /**
   * Writes the variables to a file in the guest, {{.EnvVarFile}}, for commands that lose their environment (sudo).
   */
  readonly use_env_var_file: boolean;
  /**
   * Command that runs each script, in the shell of the user that Kiln is logged in as. {{.Path}} is the script in the guest, {{.Vars}} the environment variables, {{.EnvVarFile}} the file with them. With use_env_var_file the default is chmod +x {{.Path}}; . {{.EnvVarFile}} && {{.Path}}. The command goes to the guest in a file that only its user can read, so that variables in it are on no command line but those of the programs that it names.
   */
  readonly execute_command: string;
  /**
   * Directory in the guest for the scripts.
   */
  readonly remote_folder: string;
  /**
   * File name of the scripts in the guest. Without it: script_ and a random number.
   */
  readonly remote_file?: string;
  /**
   * Path of the scripts in the guest, instead of remote_folder and remote_file.
   */
  readonly remote_path?: string;
  /**
   * Leaves the scripts in the guest.
   */
  readonly skip_clean: boolean;
  /**
   * The scripts may end the connection (by restarting the guest). Kiln then waits until the guest is back, unless skip_clean is set.
   */
  readonly expect_disconnect: boolean;
  /**
   * How long to try to start a script, or to reach the guest after a restart. (milliseconds)
   */
  readonly start_retry_timeout: number;
  /**
   * Exit statuses that count as success. 2300218 stands for a connection that ended before the script.
   *
   * @minItems 1
   */
  readonly valid_exit_codes: readonly number[];
  /**
   * How long to wait after the scripts. (milliseconds)
   */
  readonly pause_after: number;
}
