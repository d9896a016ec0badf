// Made from a schema by `npm run generate`; do not edit.

/** Holds the build until someone presses Enter, to look around in the guest. */
export interface BreakpointProvisionerConfig {
  /**
   * Text to show while the build is held.
   */
  readonly note?: string;
  /**
   * Does not hold the build. For breakpoints that stay in a template.
   */
  readonly disable: boolean;
}
