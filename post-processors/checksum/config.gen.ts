// Made from a schema by `npm run generate`; do not edit.

/** Writes checksums of the artifact's files. */
export interface ChecksumPostProcessorConfig {
  /**
   * Algorithms, each giving one line for each file. All are computed in one read of the file. The names beyond sha512 are Kiln's own.
   *
   * @minItems 1
   */
  readonly checksum_types: readonly (
    | 'md5'
    | 'sha1'
    | 'sha224'
    | 'sha256'
    | 'sha384'
    | 'sha512'
    | 'sha3-224'
    | 'sha3-256'
    | 'sha3-384'
    | 'sha3-512'
    | 'blake2b'
    | 'blake2s'
    | 'blake3'
  )[];
  /**
   * How a line is written: `packer` (digest, tab, name), `gnu` (what `sha256sum -c` reads) or `bsd` (with the algorithm's name, what `cksum --check` reads). The last two name files relative to the checksum file.
   */
  readonly format: 'packer' | 'gnu' | 'bsd';
  /**
   * Path of the checksum file. Missing directories are made. Knows `.BuildName`, `.BuilderType` and `.ChecksumType`; without the last, all algorithms share one file.
   */
  readonly output: string;
}
