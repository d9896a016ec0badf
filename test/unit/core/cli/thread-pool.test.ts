import { expect, test } from 'vitest';
import { sizeThreadPool } from '../../../../core/cli/thread-pool.ts';

test.each([
  [1, {}, undefined],
  [2, {}, undefined],
  [16, {}, '18'],
  [16, { UV_THREADPOOL_SIZE: '3' }, '3'],
])('on %i processors with the environment %j, Node has %s threads', (processors, environment, size) => {
  const env: NodeJS.ProcessEnv = environment;
  sizeThreadPool(env, processors);
  expect(env['UV_THREADPOOL_SIZE']).toBe(size);
});
