import { wellFormed } from './ids.ts';

/** Where one kind of resource is kept. */
export interface Shelf<T> {
  /** A new one; reads by its id do not find it at first, as the service is eventually consistent. */
  add(id: string, value: T): T;
  /** One that has always been there. */
  put(id: string, value: T): T;
  /** @throws `ShelfKind.missing` when there is none, or not yet */
  get(id: string): T;
  /** Like `get`, without a throw and without counting as a read. */
  peek(id: string): T | undefined;
  remove(id: string): void;
  /** All that a list shows by now. */
  listed(): readonly T[];
  all(): readonly T[];
}

export interface ShelfKind {
  /** "image", "i"; undefined for things that are known by name. */
  readonly prefix: string | undefined;
  /** What the service answers about an id that it has not. */
  missing(id: string): Error;
  /** What it answers about a text that can be no id of this kind. */
  malformed(id: string): Error;
}

/** A service is not behind for ever, however few look: real milliseconds. */
const HIDDEN_FOR = 2000;

/** @param hiddenReads how many reads by id, and how many lists, miss a new one, unless it is two seconds old */
export function makeShelf<T>(kind: ShelfKind, hiddenReads: () => number): Shelf<T> {
  const values = new Map<string, T>();
  const hidden = new Map<string, { left: number; readonly since: number }>();
  /** Whether this read misses it. */
  const misses = (id: string): boolean => {
    const found = hidden.get(id);
    if (found === undefined) return false;
    found.left -= 1;
    const isOld = performance.now() - found.since > HIDDEN_FOR;
    if (found.left === 0 || isOld) hidden.delete(id);
    return !isOld;
  };
  return {
    add: (id, value) => {
      if (hiddenReads() > 0) hidden.set(id, { left: hiddenReads(), since: performance.now() });
      values.set(id, value);
      return value;
    },
    put: (id, value) => {
      values.set(id, value);
      return value;
    },
    get: (id) => {
      if (kind.prefix !== undefined && !wellFormed(id, kind.prefix)) {
        throw kind.malformed(id);
      }
      const value = misses(id) ? undefined : values.get(id);
      if (value === undefined) throw kind.missing(id);
      return value;
    },
    peek: (id) => values.get(id),
    remove: (id) => {
      values.delete(id);
      hidden.delete(id);
    },
    listed: () => [...values].filter(([id]) => !misses(id)).map(([, value]) => value),
    all: () => [...values.values()],
  };
}
