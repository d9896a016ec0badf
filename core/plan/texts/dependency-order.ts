/** What each needs of the others, by name; each of those has an entry of its own. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** The order in which each comes after those it needs. */
export interface Ordered {
  readonly ordered: readonly string[];
  /** Those that are in a circle or behind one, with what they still wait for. */
  readonly stuck: Needs;
}

/** What needs nothing comes first, in the order of `needs`. */
export function dependencyOrder(needs: Needs): Ordered {
  const left = new Map([...needs].map(([name, others]) => [name, new Set(others)]));
  const neededBy = new Map<string, string[]>();
  for (const [name, others] of left) {
    for (const other of others) neededBy.set(other, [...(neededBy.get(other) ?? []), name]);
  }
  const ordered = [...left].filter(([, others]) => others.size === 0).map(([name]) => name);
  for (const name of ordered) {
    for (const user of neededBy.get(name) ?? []) {
      const waits = left.get(user);
      waits?.delete(name);
      if (waits?.size === 0) ordered.push(user);
    }
  }
  const done = new Set(ordered);
  const stuck = [...left].filter(([name]) => !done.has(name)).map(([name, others]) => [name, [...others]] as const);
  return { ordered, stuck: new Map(stuck) };
}

/** The circles among names that all need another one of them; each name is gone through once. */
export function circlesIn(needs: Needs): readonly (readonly string[])[] {
  const done = new Set<string>();
  return [...needs.keys()].flatMap((from) => {
    const path = new Map<string, number>();
    let at: string | undefined = from;
    for (; at !== undefined && !done.has(at) && !path.has(at); at = needs.get(at)?.[0]) path.set(at, path.size);
    for (const name of path.keys()) done.add(name);
    const start = at === undefined ? undefined : path.get(at);
    return start === undefined ? [] : [[...path.keys()].slice(start)];
  });
}
