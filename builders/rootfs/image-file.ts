export interface ImageFile {
  /** Absolute, in the image. */
  readonly path: string;
  readonly text: string;
  /** Octal; default 644. */
  readonly mode?: '755';
}
