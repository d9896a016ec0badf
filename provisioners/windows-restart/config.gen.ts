// Made from a schema by `npm run generate`; do not edit.

/** Restarts a Windows guest and waits until it has booted anew. */
export interface WindowsRestartProvisionerConfig {
  /**
   * Command line that restarts the guest.
   */
  readonly restart_command: string;
  /**
   * Command line that is run again and again after the boot, within restart_timeout, until it exits with status 0; its output is shown. Without it, it is enough that PowerShell answers.
   */
  readonly restart_check_command?: string;
  /**
   * How long the guest may take from the command until it has booted anew and all checks are done. (milliseconds)
   */
  readonly restart_timeout: number;
  /**
   * Also waits until none of registry_keys is there.
   */
  readonly check_registry: boolean;
  /**
   * Keys of the registry by which Windows tells that it is not done with updates, for check_registry.
   */
  readonly registry_keys: readonly string[];
}
