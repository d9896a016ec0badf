/** Runs a piece of work as soon as there is a free slot; those that wait come in the order of their calls. */
export type InSlot = <T>(work: () => Promise<T>) => Promise<T>;

/** `count` slots; 0: as many as needed. */
export function slots(count: number): InSlot {
  const limit = count === 0 ? Infinity : count;
  const waiting: (() => void)[] = [];
  let taken = 0;
  const release = (): void => {
    const next = waiting.shift();
    // The slot goes straight to the next one, so that nobody who comes later can take it.
    if (next === undefined) taken -= 1;
    else next();
  };
  return async (work) => {
    if (taken < limit) taken += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      release();
    }
  };
}
