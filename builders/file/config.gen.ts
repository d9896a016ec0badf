// Made from a schema by `npm run generate`; do not edit.

/** Makes an artifact of one file, without a machine. */
export interface FileBuilderConfig {
  /**
   * Path of the file to make. Missing directories are made; a file that is there is replaced.
   */
  readonly target: string;
  /**
   * Path of the file to copy. Not together with `content`; without both, the target is empty.
   */
  readonly source?: string;
  /**
   * Text to write. Such a target is readable by its owner only (mode 0600).
   */
  readonly content?: string;
}
