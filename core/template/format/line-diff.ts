interface Change {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Beyond this many comparisons the changed part is shown as replaced as a whole. */
const MOST_COMPARISONS = 4_000_000;

/** Lengths of the longest common subsequences of all pairs of tails. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    const [row, below] = [rows[i], rows[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

function middleChanges(before: readonly string[], after: readonly string[]): readonly Change[] {
  const removed = (text: string): Change => ({ mark: '-', text });
  const added = (text: string): Change => ({ mark: '+', text });
  if (before.length * after.length > MOST_COMPARISONS) return [...before.map(removed), ...after.map(added)];
  const lengths = commonLengths(before, after);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const text = before[i] ?? '';
    if (text === after[j]) {
      changes.push({ mark: ' ', text });
      i++;
      j++;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) {
      changes.push(removed(text));
      i++;
    } else {
      changes.push(added(after[j] ?? ''));
      j++;
    }
  }
  return [...changes, ...before.slice(i).map(removed), ...after.slice(j).map(added)];
}

function changesBetween(before: readonly string[], after: readonly string[]): readonly Change[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const same = (text: string): Change => ({ mark: ' ', text });
  return [
    ...before.slice(0, head).map(same),
    ...middleChanges(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ];
}

const CONTEXT = 3;

/** Ranges of `changes` that are shown: each change with its context, neighbours joined. */
function hunks(changes: readonly Change[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const [index, { mark }] of changes.entries()) {
    if (mark === ' ') continue;
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(changes.length, index + CONTEXT + 1)];
    const last = ranges.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else ranges.push([from, to]);
  }
  return ranges;
}

function span(changes: readonly Change[], range: readonly [number, number], skipped: '-' | '+'): string {
  const count = (part: readonly Change[]): number => part.filter(({ mark }) => mark !== skipped).length;
  const length = count(changes.slice(...range));
  const before = count(changes.slice(0, range[0]));
  return `${length === 0 ? before : before + 1},${length}`;
}

/** The difference of two texts as `diff -u` shows it; empty when there is none. */
export function unifiedDiff(label: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');
  const changes = changesBetween(lines(before), lines(after));
  const shown = hunks(changes).flatMap((range) => [
    `@@ -${span(changes, range, '+')} +${span(changes, range, '-')} @@`,
    ...changes.slice(...range).map(({ mark, text }) => `${mark}${text}`),
  ]);
  return [`--- ${label}`, `+++ ${label}`, ...shown, ''].join('\n');
}
