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
   * Algorithms of which each file gets its digest, in hex, under `digests`. Kiln's own, as the two below.
   */
  readonly digests?: readonly (
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
   * Says of each file how many bytes of the disk it takes (`allocated`), and of a disk image its `format` and `virtual_size`.
   */
  readonly sizes: boolean;
  /**
   * Says under `sources` what the build started from, as the builder tells it: the facts of `build` that are called Source…, such as SourceAMI.
   */
  readonly sources: boolean;
  /**
   * Text of your own for the build's entry; may use the function `build`.
   */
  readonly custom_data?: {
    readonly [k: string]: string;
  };
}
