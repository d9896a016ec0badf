import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { CancelledError } from '../../../../core/errors/errors.ts';
import { holdLock } from '../../../../core/locks/queue-lock.ts';
import { thisOwner } from '../../../../core/locks/owner.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-lock-'));
  path = join(directory, 'locks/download');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Holder {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function holder(): Holder {
  const driver = join(import.meta.dirname, 'lock-driver.ts');
  const child = spawn(process.execPath, [driver, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

async function hasSaid({ said }: Holder, text: string): Promise<void> {
  await expect.poll(said, { timeout: 20_000 }).toBe(text);
}

it('a lock goes from process to process in the order in which they came', async () => {
  const first = holder();
  await hasSaid(first, 'holds\n');
  const second = holder();
  await hasSaid(second, 'waits\n');
  const third = holder();
  await hasSaid(third, 'waits\n');
  first.child.stdin?.end();
  await hasSaid(second, 'waits\nholds\n');
  expect(third.said()).toBe('waits\n');
  second.child.stdin?.end();
  await hasSaid(third, 'waits\nholds\n');
});

it('a lock goes on to the next when its holder, or one that waits, is killed', async () => {
  const [first, second] = [holder(), holder()];
  await expect.poll(() => [first.said(), second.said()].sort(), { timeout: 20_000 }).toEqual(['holds\n', 'waits\n']);
  const third = holder();
  await hasSaid(third, 'waits\n');
  first.child.kill('SIGKILL');
  second.child.kill('SIGKILL');
  await hasSaid(third, 'waits\nholds\n');
});

it('waiting for a lock ends with the build, and leaves no place in the queue', async () => {
  const never = new AbortController().signal;
  const held = await holdLock(path, never, () => undefined);
  const controller = new AbortController();
  const waiting = holdLock(path, controller.signal, () => controller.abort(new CancelledError()));
  await expect(waiting).rejects.toThrow(CancelledError);
  await held[Symbol.asyncDispose]();
  let waited = false;
  await using _again = await holdLock(path, never, () => (waited = true));
  expect(waited).toBe(false);
});

it('a lock of another machine counts as long as somebody touches its file', async () => {
  const never = new AbortController().signal;
  await (await holdLock(path, never, () => undefined))[Symbol.asyncDispose]();
  appendFileSync(path, `${JSON.stringify({ wants: 'theirs', owner: { ...thisOwner(), host: 'elsewhere' } })}\n`);
  const old = new Date(Date.now() - 3600_000);
  await using _held = await holdLock(path, never, () => utimesSync(path, old, old));
});

it.each([
  ['half a line', '{"wants":"1f54","owner":{"pid":1'],
  ['half a line that ends like a whole one', '{"wants":"1f54","owner":{"pid":1}'],
  ['lines that are no words of ours', 'null\n{}\n[1]\n"x"\n{"wants":"1f54"}\n'],
  ['bytes', '\0\u{fffd}}\n'],
])('a lock is not hindered by %s in its file', async (_what, left) => {
  mkdirSync(join(directory, 'locks'));
  writeFileSync(path, left);
  const never = new AbortController().signal;
  let waited = false;
  const first = await holdLock(path, never, () => (waited = true));
  await first[Symbol.asyncDispose]();
  await (await holdLock(path, never, () => (waited = true)))[Symbol.asyncDispose]();
  expect(waited).toBe(false);
});
