/** Maps up to `width` items at a time and gives the results in the items' order. */
export async function* mapInOrder<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
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
