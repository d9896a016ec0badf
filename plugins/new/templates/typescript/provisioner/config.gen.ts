// Made from schema.json by `kiln plugins types`; do not edit.

/** Writes a text to a file in the guest. */
export interface ExampleConfig {
  /** What is written. */
  readonly text: string;
  /** The file in the guest. */
  readonly path: string;
}
