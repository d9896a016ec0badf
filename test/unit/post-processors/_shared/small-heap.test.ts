import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const MODULE = new URL('../../../../post-processors/_shared/small-heap.ts', import.meta.url).href;

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
const one = keepHeapSmall();
note();
const other = keepHeapSmall();
one[Symbol.dispose]();
note();
other[Symbol.dispose]();
note();
console.log(JSON.stringify(sizes));
`;

test('the heap stays small until the last is done, and grows then', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const [alone = 0, shared = 0, grown] = JSON.parse(stdout) as readonly number[];
  expect(grown).toBeGreaterThanOrEqual(2 * Math.max(alone, shared));
});
