import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { identify, isAlive, isGroupAlive } from '../../../../core/process/identity.ts';
import { processKind, startProcess, type OwnedProcess } from '../../../../core/process/owned.ts';
import { acquireForTest, type TestScope } from '../../../support/acquire.ts';

const context = { signal: new AbortController().signal, say: () => undefined };

let directory: string;
let scope: TestScope;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-owned-'));
  scope = acquireForTest();
});
afterEach(async () => {
  await scope.releaseAll();
  await rm(directory, { recursive: true, force: true });
});

function start(script: string, extra: { logFile?: string; graceMilliseconds?: number } = {}): Promise<OwnedProcess> {
  return startProcess(scope, { describe: 'a test process', program: 'sh', args: ['-c', script], ...extra });
}

test('a process is found by its token, and is gone when its scope ends', async () => {
  const owned = await start('exec sleep 60');
  const id = identify(owned.pid);
  expect(await processKind.find(scope.tokens[0] ?? '', null, context)).toEqual([id]);
  await scope.releaseAll();
  expect(identify(owned.pid)).toBeUndefined();
  expect(await owned.exited).toEqual({ exitStatus: undefined, signalName: 'SIGTERM' });
});

test('children whose leader has ended are found and ended', async () => {
  const owned = await start('sleep 60 & exit 0');
  await owned.exited;
  // A process that is just becoming another program shows no environment for a moment.
  const child = await vi.waitFor(async () => {
    const [found] = await processKind.find(scope.tokens[0] ?? '', null, context);
    if (found === undefined) throw new Error('the child was not found');
    return found;
  });
  await processKind.release(child, {}, context);
  expect(isAlive(child)).toBe(false);
});

test('a process that ignores SIGTERM is killed after its grace', async () => {
  const logFile = join(directory, 'log');
  const owned = await start(`trap '' TERM; echo ready; while :; do sleep 0.01; done`, {
    logFile,
    graceMilliseconds: 50,
  });
  while (!(await readFile(logFile, 'utf8')).includes('ready')) await new Promise(setImmediate);
  await owned.stop();
  expect((await owned.exited).signalName).toBe('SIGKILL');
});

test('a child that ignores SIGTERM goes with the process that started it', async () => {
  const logFile = join(directory, 'log');
  const owned = await start(`sh -c "trap '' TERM; echo ready; while :; do sleep 0.01; done" & wait`, {
    logFile,
    graceMilliseconds: 50,
  });
  while (!(await readFile(logFile, 'utf8')).includes('ready')) await new Promise(setImmediate);
  await owned.stop();
  expect(isGroupAlive(owned.pid)).toBe(false);
});

test('what the process says goes to its log file, which others cannot read', async () => {
  const logFile = join(directory, 'log');
  const owned = await start('echo out; echo err >&2; exit 4', { logFile });
  expect(await owned.exited).toEqual({ exitStatus: 4 });
  expect(await readFile(logFile, 'utf8')).toBe('out\nerr\n');
  expect((await stat(logFile)).mode & 0o777).toBe(0o600);
});

test('a process id that was given to another process is left alone', async () => {
  const owned = await start('sleep 60');
  await processKind.release({ pid: owned.pid, started: 'another boot:1' }, {}, context);
  const id = identify(owned.pid);
  expect(id !== undefined && isAlive(id)).toBe(true);
});
