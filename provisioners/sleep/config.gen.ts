// Made from a schema by `npm run generate`; do not edit.

/** Waits. */
export interface SleepProvisionerConfig {
  /**
   * How long to wait. (milliseconds)
   */
  readonly duration: number;
}
