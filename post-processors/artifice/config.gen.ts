// Made from a schema by `npm run generate`; do not edit.

/** Makes the artifact of other files. */
export interface ArtificePostProcessorConfig {
  /**
   * Paths of the files that are the artifact from here on, or patterns of them (`*`, `?`, `[a-z]`). They are looked for when the post-processor runs.
   *
   * @minItems 1
   */
  readonly files: readonly string[];
}
