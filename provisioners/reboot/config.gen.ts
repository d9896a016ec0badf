// Made from a schema by `npm run generate`; do not edit.

/** Restarts a Linux guest and waits until it has booted anew. */
export interface RebootProvisionerConfig {
  /**
   * Shell command that restarts the guest.
   */
  readonly reboot_command: string;
  /**
   * How long the guest may take from the command until it has booted anew and lets Kiln in. (milliseconds)
   */
  readonly reboot_timeout: number;
  /**
   * Shell command that is run again and again after the boot, within reboot_timeout, until it exits with status 0.
   */
  readonly check_command?: string;
}
