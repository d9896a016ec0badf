import { InterpolationError } from '../interpolation-error.ts';
import type { Span } from '../syntax/node.ts';

/**
 * Work that texts together may take beyond what each has by itself: a node, a call or a turn of a loop is one unit, so
 * are a few dozen characters that a function goes through or that are written. A million take half a second.
 */
export interface WorkPool {
  /** 0 to begin with. */
  spent: number;
}

const MOST = 1_000_000;
/** What a text may take for nothing, beside one unit a character of its own. */
const FREE = 100;
/** Characters of one unit. */
const CHARACTERS = 32;

/** Counts the work of one rendering. */
export interface Meter {
  /** One unit, and those of so many characters; throws `InterpolationError` VARIABLE_RECURSION when there are none left. */
  spend(characters: number, place: Span): void;
}

export function endless(place: Span): InterpolationError {
  return new InterpolationError('this produces itself without end, or is more work than a template may be', place, {
    code: 'VARIABLE_RECURSION',
  });
}

/** A meter for a text of this length. */
export function meter(pool: WorkPool, length: number): Meter {
  let free = FREE + length;
  return {
    spend(characters, place) {
      const units = 1 + Math.floor(characters / CHARACTERS);
      const fromPool = Math.max(0, units - free);
      free = Math.max(0, free - units);
      pool.spent += fromPool;
      if (pool.spent > MOST) throw endless(place);
    },
  };
}
