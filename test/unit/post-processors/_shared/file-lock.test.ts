import { readlink, symlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockKind, withFileLock } from '../../../../post-processors/_shared/file-lock.ts';
import { enterWorkingDirectory, postProcessRun, type WorkingDirectory } from '../../../support/post-process-run.ts';

const kind = lockKind('manifest');
const context = { signal: new AbortController().signal, say: (): void => undefined };
let work: WorkingDirectory;
beforeEach(async () => {
  work = await enterWorkingDirectory();
});
afterEach(() => work.leave());

test('bodies under one lock never run at the same time, and the lock is gone afterwards', async () => {
  let inside = 0;
  let most = 0;
  const body = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await sleep(2);
    inside--;
  };
  await Promise.all(Array.from({ length: 12 }, () => withFileLock('lock', kind, postProcessRun(), body)));
  expect(most).toBe(1);
  expect(await work.list()).toEqual([]);
});

test('a lock goes when the body fails', async () => {
  const failing = withFileLock('lock', kind, postProcessRun(), () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await work.list()).toEqual([]);
});

test.each([
  ['of a process that was killed', (): Promise<void> => symlink('someone', 'lock')],
  ['that Packer left', (): Promise<void> => writeFile('lock', '')],
])('a lock %s is broken when it has not changed for a while, by one of those that wait', async (_what, leave) => {
  await leave();
  let inside = 0;
  let most = 0;
  const started = performance.now();
  const body = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await sleep(30);
    inside--;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock('lock', kind, postProcessRun(), body, 300)));
  expect(performance.now() - started).toBeGreaterThan(300);
  expect(most).toBe(1);
  expect(await work.list()).toEqual([]);
});

test('who waits for a lock that others take and leave is patient', async () => {
  const others = new AbortController();
  const busy = (async (): Promise<void> => {
    while (!others.signal.aborted) await withFileLock('lock', kind, postProcessRun(), () => sleep(60));
  })();
  const order: string[] = [];
  for (let time = 0; time < 3; time++) {
    await withFileLock(
      'lock',
      kind,
      postProcessRun(),
      async () => {
        order.push(await readlink('lock'));
      },
      200,
    );
  }
  others.abort();
  await busy;
  expect(new Set(order).size).toBe(3);
});

test('cancelling ends the wait and leaves the lock to its owner', async () => {
  await symlink('someone', 'lock');
  const cancel = new AbortController();
  const waiting = withFileLock('lock', kind, postProcessRun({ signal: cancel.signal }), () => Promise.resolve());
  setTimeout(() => cancel.abort(), 50);
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await readlink('lock')).toBe('someone');
});

test('a lock is found by its token and never taken from another owner', async () => {
  await symlink('token-1', 'lock');
  expect(await kind.find('token-2', { path: 'lock' }, context)).toEqual([]);
  expect(await kind.find('token-1', { path: 'none' }, context)).toEqual([]);
  const [found] = await kind.find('token-1', { path: 'lock' }, context);
  expect(found).toEqual({ path: 'lock', token: 'token-1' });
  await kind.release({ path: 'lock', token: 'token-2' }, null, context);
  expect(await readlink('lock')).toBe('token-1');
  await kind.release({ path: 'lock', token: 'token-1' }, null, context);
  await kind.release({ path: 'lock', token: 'token-1' }, null, context);
  expect(await work.list()).toEqual([]);
});
