// Made from schema.json by `kiln plugins types`; do not edit.

/** Makes an image in a cloud that is a directory. */
export interface ExampleConfig {
  /** The directory. */
  readonly cloud: string;
  /** Name of the image. */
  readonly image_name: string;
}
