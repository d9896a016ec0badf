const SHAPE = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.~-]+))?(?:\+[0-9A-Za-z.~-]+)?$/;

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left === right) continue;
    const numbers = /^\d+$/.test(left) && /^\d+$/.test(right);
    return numbers ? Number(left) - Number(right) : left < right ? -1 : 1;
  }
  return 0;
}

/** Negative, zero or positive as `a` is older, equal or newer; undefined when one of them is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [SHAPE.exec(a.trim()), SHAPE.exec(b.trim())];
  if (left === null || right === null) return undefined;
  const padded = (text: string | undefined): readonly string[] =>
    [...(text ?? '').split('.'), '0', '0', '0', '0', '0', '0'].slice(0, 6);
  const numbers = compareParts(padded(left[1]), padded(right[1]));
  if (numbers !== 0) return numbers;
  const [before, after] = [left[2], right[2]];
  if (before === undefined || after === undefined)
    return (before === undefined ? 1 : 0) - (after === undefined ? 1 : 0);
  return compareParts(before.split('.'), after.split('.'));
}
