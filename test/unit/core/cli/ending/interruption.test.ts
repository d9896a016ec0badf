import { expect, test } from 'vitest';
import { watchInterruption } from '../../../../../core/cli/ending/interruption.ts';

test('a terminal that closes, which says so more than once, cancels and does not stop the cleaning up', () => {
  const calls: string[] = [];
  using interruption = watchInterruption(
    (cause) => calls.push(`first ${cause}`),
    (cause) => calls.push(`second ${cause}`),
  );
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGHUP', 'SIGHUP');
  expect(interruption.signal.aborted).toBe(true);
  expect(calls).toEqual(['first SIGHUP']);
  process.emit('SIGTERM', 'SIGTERM');
  expect(calls).toEqual(['first SIGHUP', 'second SIGHUP']);
});
