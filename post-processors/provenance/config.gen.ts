// Made from a schema by `npm run generate`; do not edit.

/** Writes down how the artifact came about: a SLSA provenance statement of its files. */
export interface ProvenancePostProcessorConfig {
  /**
   * Directory of the statement, which is called after the artifact's first file. Default: where that file is.
   */
  readonly output_dir?: string;
  /**
   * URI that says by which rules the build is described.
   */
  readonly build_type: string;
  /**
   * URI of who vouches for the machine that builds; who verifies trusts a builder by it.
   */
  readonly builder_id: string;
  /**
   * Where the template comes from, for those who have no access to this machine. Default: its path.
   */
  readonly source_uri?: string;
  /**
   * Private key in PEM form (EC P-256 or Ed25519, also encrypted) that signs the statement; a leading ~ is the home directory. With it a sigstore bundle with the statement in a DSSE envelope is written, too.
   */
  readonly cosign_key_file?: string;
  /**
   * Opens `cosign_key_file` when it is encrypted.
   */
  readonly cosign_password?: string;
}
