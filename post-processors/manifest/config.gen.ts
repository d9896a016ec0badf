// Made from schema.json by `npm run generate`; do not edit.

export interface ManifestPostProcessorConfig {
  /**
   * Path of the manifest. Missing directories are made.
   */
  output: string;
  /**
   * Names files without their directories.
   */
  strip_path: boolean;
  /**
   * Leaves `build_time` out, so that equal builds give equal manifests.
   */
  strip_time: boolean;
  /**
   * Text of your own for the build's entry; may use the function `build`.
   */
  custom_data?: {
    [k: string]: string;
  };
}
