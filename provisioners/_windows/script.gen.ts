// Made from a schema by `npm run generate`; do not edit.

/** Scripts in a Windows guest, and their environment variables. */
export interface WindowsScriptOptions {
  /**
   * Path of a script on this machine.
   */
  readonly script?: string;
  /**
   * Paths of scripts on this machine, run one after the other.
   */
  readonly scripts?: readonly string[];
  /**
   * Environment variables as NAME=value, in which {{.WinRMPassword}} is the password that Kiln logged in with. PACKER_BUILD_NAME, PACKER_BUILDER_TYPE and, where the builder serves files, PACKER_HTTP_ADDR, PACKER_HTTP_IP and PACKER_HTTP_PORT are there as well.
   */
  readonly environment_vars?: readonly string[];
  /**
   * Environment variables as a map; wins over environment_vars.
   */
  readonly env?: {
    readonly [k: string]: string;
  };
  /**
   * How long to try to start a script while the guest cannot be reached, as after a restart. (milliseconds)
   */
  readonly start_retry_timeout: number;
  /**
   * Exit statuses that count as success. 16001 and 2300218 stand for a connection that ended before the script.
   *
   * @minItems 1
   */
  readonly valid_exit_codes: readonly number[];
}
