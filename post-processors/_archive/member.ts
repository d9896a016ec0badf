/** A file and how it is called where it is packed. */
export interface Member {
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}
