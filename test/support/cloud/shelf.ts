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

/** @param hiddenReads how many reads by id, and how many lists, miss a new one */
export function makeShelf<T>(kind: ShelfKind, hiddenReads: () => number): Shelf<T> {
  const values = new Map<string, T>();
  const hidden = new Map<string, number>();
  /** Whether this read misses it. */
  const misses = (id: string): boolean => {
    const left = hidden.get(id) ?? 0;
    if (left > 1) hidden.set(id, left - 1);
    else hidden.delete(id);
    return left > 0;
  };
  return {
    add: (id, value) => {
      if (hiddenReads() > 0) hidden.set(id, hiddenReads());
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
