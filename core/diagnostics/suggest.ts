/** Number of insertions, deletions, changes and swaps of neighbours that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      }
      next.push(cost);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, '');
}

/** Among more names none is looked for. */
const MOST_CANDIDATES = 2000;

/** The candidate that `name` most likely is a misspelling of; undefined when none is near. */
export function suggest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(name);
  if (wanted === '' || wanted.length > 64 || candidates.length > MOST_CANDIDATES) return undefined;
  let best: string | undefined;
  let least = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    const known = plain(candidate);
    // Each letter too many is one change.
    if (Math.abs(known.length - wanted.length) >= least) continue;
    const cost = distance(wanted, known);
    if (cost < least) [best, least] = [candidate, cost];
  }
  return best;
}

/** A hint for an unknown name: what was probably meant, else what there is. */
export function nameHint(name: string, candidates: readonly string[]): string | undefined {
  const near = suggest(name, candidates);
  if (near !== undefined) return `did you mean ${JSON.stringify(near)}?`;
  if (candidates.length === 0 || candidates.length > 30) return undefined;
  return `there ${candidates.length === 1 ? 'is' : 'are'} ${candidates.map((known) => JSON.stringify(known)).join(', ')}`;
}
