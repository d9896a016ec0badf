import type { Lookup } from '../contract/lookup.ts';

/** A template function that asks a server for a value; see `Lookup` for its parts. */
export function defineLookup(lookup: Lookup): Lookup {
  return lookup;
}
