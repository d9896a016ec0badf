/** Regroups a byte stream into pieces of `size` bytes; the last may be shorter. Yields nothing for an empty stream. */
export async function* pieces(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    held.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    const whole = held.length === 1 ? chunk : Buffer.concat(held, length);
    let start = 0;
    for (; length - start >= size; start += size) yield whole.subarray(start, start + size);
    held = start < length ? [whole.subarray(start)] : [];
    length -= start;
  }
  if (length > 0) yield Buffer.concat(held, length);
}

/** Maps up to `width` items at a time and gives the results in the items' order. */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In>,
  width: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void> {
  const running: Promise<Out>[] = [];
  for await (const item of source) {
    const result = map(item);
    // Whoever waits for it sees the failure; this only keeps it from counting as unhandled until then.
    result.catch(() => undefined);
    running.push(result);
    const first = running.length < width ? undefined : running.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of running) yield await rest;
}
