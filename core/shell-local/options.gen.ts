// Made from a schema by `npm run generate`; do not edit.

/** What to run on the machine that runs Kiln. */
export interface ShellLocalOptions {
  /**
   * Lines of a script, run as one file. Exactly one of inline, script, scripts and command is to be given.
   */
  readonly inline?: readonly string[];
  /**
   * Path of a script.
   */
  readonly script?: string;
  /**
   * Paths of scripts, run one after the other.
   */
  readonly scripts?: readonly string[];
  /**
   * A command, run as if it were the only line of inline.
   */
  readonly command?: string;
  /**
   * Interpreter of inline scripts, without "#!". Ignored when the first inline line starts with "#!".
   */
  readonly inline_shebang: string;
  /**
   * Program and arguments that run each script. {{.Script}} (also {{.Command}}) is the script's path, {{.Vars}} the environment variables written with env_var_format. A single element is run by sh -c. With the default, the variables go straight into the environment of the process and never onto a command line.
   */
  readonly execute_command: readonly string[];
  /**
   * Environment variables as NAME=value. Added to those of Kiln's own process; PACKER_BUILD_NAME, PACKER_BUILDER_TYPE and the like are there as well.
   */
  readonly environment_vars?: readonly string[];
  /**
   * Environment variables as a map; wins over environment_vars.
   */
  readonly env?: {
    readonly [k: string]: string;
  };
  /**
   * How {{.Vars}} writes each variable: the first %s is the name, the second the value, in which single quotes are escaped.
   */
  readonly env_var_format: string;
  /**
   * Exit statuses that count as success.
   *
   * @minItems 1
   */
  readonly valid_exit_codes: readonly number[];
  /**
   * Systems to run on; on any other one nothing is done. Without it: everywhere.
   */
  readonly only_on?: readonly ('darwin' | 'freebsd' | 'linux' | 'openbsd' | 'solaris' | 'windows')[];
  /**
   * Ending of the temporary file that inline is written to, with or without its dot; .cmd on Windows when not given.
   */
  readonly tempfile_extension?: string;
  /**
   * Writes Windows script paths as the Windows Subsystem for Linux sees them (C:\\a\\b as /mnt/c/a/b). Not with inline or command.
   */
  readonly use_linux_pathing: boolean;
}
