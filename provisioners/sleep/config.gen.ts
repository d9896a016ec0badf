// Made from schema.json by `npm run generate`; do not edit.

export interface SleepProvisionerConfig {
  /**
   * How long to wait. (milliseconds)
   */
  duration: number;
}
