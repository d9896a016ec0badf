// Made from schema.json by `kiln plugins types`; do not edit.

/** Writes a list of the artifact's files. */
export interface ExampleConfig {
  /** The file to write. */
  readonly output: string;
}
