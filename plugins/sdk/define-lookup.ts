import type { Lookup } from '../../core/contract/lookup.ts';

/** A lookup as it is; gives its parts their types. */
export function defineLookup(lookup: Lookup): Lookup {
  return lookup;
}
