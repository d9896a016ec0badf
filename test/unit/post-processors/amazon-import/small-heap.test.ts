import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const MODULE = new URL('../../../../post-processors/amazon-import/small-heap.ts', import.meta.url).href;

/** Runs in a process of its own, since the settings are those of a whole process. */
const PROGRAM = `
import { getHeapSpaceStatistics } from 'node:v8';
import { keepHeapSmall } from '${MODULE}';

const young = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size / 1048576;
const kept = [];
function work() {
  kept.length = 0;
  for (let round = 0; round < 3000; round += 1) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
}
const sizes = [];
const note = () => { work(); sizes.push(young()); };
note();
const one = keepHeapSmall();
sizes.push(young());
note();
const other = keepHeapSmall();
one[Symbol.dispose]();
note();
other[Symbol.dispose]();
note();
console.log(JSON.stringify({ sizes, collector: typeof globalThis.gc }));
`;

test('the heap shrinks, stays small until the last is done, and grows again', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const { sizes, collector } = JSON.parse(stdout) as { readonly sizes: readonly number[]; readonly collector: string };
  const [before = 0, ...after] = sizes;
  const grown = after.pop();
  const most = Math.max(...after);
  expect(before).toBeGreaterThanOrEqual(2 * most);
  expect(grown).toBeGreaterThan(most);
  expect(collector).toBe('undefined');
});
