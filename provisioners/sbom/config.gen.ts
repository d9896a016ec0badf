// Made from a schema by `npm run generate`; do not edit.

/** Lists the packages of the running guest, by reading its package databases. */
export interface SbomProvisionerConfig {
  /**
   * Documents to write: CycloneDX 1.6, SPDX 2.3, or both.
   *
   * @minItems 1
   */
  readonly formats: readonly ('cyclonedx' | 'spdx')[];
  /**
   * Path of a document. Missing directories are made; a file that is there is replaced. Knows `.BuildName`, `.BuilderType` and `.Format`, which is `cdx` or `spdx`.
   */
  readonly output: string;
}
