export interface Tail {
  push(chunk: Uint8Array): void;
  /** The bytes kept, as UTF-8 text. */
  text(): string;
}

/** Keeps the last `limit` bytes of a stream. */
export function keepTail(limit: number): Tail {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      // Joined only when twice as much has gathered: each byte is copied at most twice.
      if (size <= 2 * limit) return;
      chunks = [Buffer.concat(chunks).subarray(-limit)];
      size = limit;
    },
    text: () => Buffer.concat(chunks).subarray(-limit).toString('utf8'),
  };
}
