import { Refusal } from '../interpolation-error.ts';
import { typeName, type Value } from '../syntax/value.ts';

function incomparable(a: Value, b: Value): Refusal {
  return new Refusal(`values of type ${typeName(a)} and ${typeName(b)} cannot be compared`, {
    hint: 'texts compare with texts and numbers with numbers; variables are texts',
  });
}

/** `eq`: whether `value` equals one of `others`. Different types are refused, except for nil. */
export function equalsAny(value: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new Refusal('needs something to compare with');
  return others.some((other) => {
    if (value === undefined || other === undefined) return value === other;
    if (typeof value !== typeof other || typeof value === 'object') throw incomparable(value, other);
    return value === other;
  });
}

/** `lt`: texts by their bytes, numbers by size. */
export function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  throw incomparable(a, b);
}

export function isLessOrEqual(a: Value, b: Value): boolean {
  return isLess(a, b) || equalsAny(a, [b]);
}
