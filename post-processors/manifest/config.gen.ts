// Made from a schema by `npm run generate`; do not edit.

/** Keeps a JSON list of what was built. */
export interface ManifestPostProcessorConfig {
  /**
   * Path of the manifest. Missing directories are made.
   */
  readonly output: string;
  /**
   * Names files without their directories.
   */
  readonly strip_path: boolean;
  /**
   * Leaves `build_time` out, so that equal builds give equal manifests.
   */
  readonly strip_time: boolean;
  /**
   * Text of your own for the build's entry; may use the function `build`.
   */
  readonly custom_data?: {
    readonly [k: string]: string;
  };
}
