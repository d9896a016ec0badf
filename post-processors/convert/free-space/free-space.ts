/** A part of a disk, in bytes from its start. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** What a file system does not use. */
export interface FreeSpace {
  /** "ext4". */
  readonly kind: string;
  /** Ranges of the disk, or why nothing is said of them: "it was not unmounted". */
  readonly free: AsyncIterable<Range> | string;
}

/** Joins ranges that touch each other. */
export async function* joined(ranges: AsyncIterable<Range>): AsyncGenerator<Range, void> {
  let held: Range | undefined;
  for await (const range of ranges) {
    if (held !== undefined && held.offset + held.length === range.offset) {
      held = { offset: held.offset, length: held.length + range.length };
      continue;
    }
    if (held !== undefined) yield held;
    held = range;
  }
  if (held !== undefined) yield held;
}
