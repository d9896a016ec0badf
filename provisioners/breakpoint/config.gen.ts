// Made from schema.json by `npm run generate`; do not edit.

export interface BreakpointProvisionerConfig {
  /**
   * Text to show while the build is held.
   */
  note?: string;
  /**
   * Does not hold the build. For breakpoints that stay in a template.
   */
  disable: boolean;
}
