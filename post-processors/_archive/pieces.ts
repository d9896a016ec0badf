/** A stretch of what is packed. Its bytes stay as they are until it is released; then others are read into their place. */
export interface Piece {
  readonly bytes: Buffer;
  release(): void;
}

/** What is packed in pieces of `size` bytes, of which the last may be shorter; none when there is nothing. */
export type Pieces = (size: number) => AsyncIterable<Piece>;

/** Buffers of one size that are used again: new ones for all that is read cost more than reading it does. */
export interface BufferPool {
  take(): Buffer;
  /** A piece of the first bytes of a buffer, which comes back to the pool by the piece's release. */
  pieceOf(buffer: Buffer, length: number): Piece;
}

export function bufferPool(size: number): BufferPool {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(size),
    pieceOf: (buffer, length) => ({ bytes: buffer.subarray(0, length), release: () => void free.push(buffer) }),
  };
}

/** Regroups a byte stream. */
export function streamPieces(source: AsyncIterable<Buffer>): Pieces {
  return async function* (size) {
    const pool = bufferPool(size);
    let buffer = pool.take();
    let length = 0;
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length;) {
        const copied = chunk.copy(buffer, length, at);
        at += copied;
        length += copied;
        if (length < size) continue;
        yield pool.pieceOf(buffer, length);
        buffer = pool.take();
        length = 0;
      }
    }
    if (length > 0) yield pool.pieceOf(buffer, length);
  };
}

/** Releases a piece at the end of the block. */
export function releasing(piece: Piece): Disposable {
  return { [Symbol.dispose]: () => piece.release() };
}

/**
 * Compresses a whole piece of zeros once and remembers what it became: disk images have many of them. The function that it
 * gives is undefined for other pieces, and resolves with what became of zeros for those.
 */
export function onceForZeros(
  size: number,
  compress: (zeros: Buffer) => Promise<Buffer>,
): (bytes: Buffer) => Promise<Buffer> | undefined {
  const zeros = Buffer.alloc(size);
  let remembered: Promise<Buffer> | undefined;
  return (bytes) => (bytes.equals(zeros) ? (remembered ??= compress(zeros)) : undefined);
}
