// Made from schema.json by `npm run generate`; do not edit.

export interface WindowsRestartProvisionerConfig {
  /**
   * Command line that restarts the guest.
   */
  restart_command: string;
  /**
   * Command line that is run again and again after the boot, within restart_timeout, until it exits with status 0; its output is shown. Without it, it is enough that PowerShell answers.
   */
  restart_check_command?: string;
  /**
   * How long the guest may take from the command until it has booted anew and all checks are done. (milliseconds)
   */
  restart_timeout: number;
  /**
   * Also waits until none of registry_keys is there.
   */
  check_registry: boolean;
  /**
   * Keys of the registry by which Windows tells that it is not done with updates, for check_registry.
   */
  registry_keys: string[];
}
