// Made from a schema by `npm run generate`; do not edit.

/** Writes checksums of the artifact's files. */
export interface ChecksumPostProcessorConfig {
  /**
   * Algorithms, each giving one line for each file. All are computed in one read of the file.
   *
   * @minItems 1
   */
  readonly checksum_types: readonly ('md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512')[];
  /**
   * Path of the checksum file. Missing directories are made. Knows `.BuildName`, `.BuilderType` and `.ChecksumType`; without the last, all algorithms share one file.
   */
  readonly output: string;
}
