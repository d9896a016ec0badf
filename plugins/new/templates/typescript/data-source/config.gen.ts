// Made from schema.json by `kiln plugins types`; do not edit.

/** Reads the first line of a file. */
export interface ExampleConfig {
  /** The file. */
  readonly path: string;
}
