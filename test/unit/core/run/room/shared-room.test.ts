import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { inSharedRoom } from '../../../../../core/run/room/shared-room.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import { buildForTest, planForTest, testRun } from '../../../../support/plan-for-test.ts';

let directory: string;
let ledger: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-room-'));
  ledger = join(directory, 'room.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Worker {
  readonly child: ChildProcess;
  /** What it has said so far. */
  readonly said: () => string;
}

/** A process that wants `memory` of 100. */
function worker(memory: number): Worker {
  const driver = join(import.meta.dirname, 'room-driver.ts');
  const child = spawn(process.execPath, [driver, ledger, String(memory), '100'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, said: () => text };
}

async function hasSaid({ said }: Worker, text: string): Promise<void> {
  await expect.poll(said, { timeout: 20_000 }).toBe(text);
}

const small = { load: { memory: 10, processors: 1 }, total: { memory: 100, processors: 9 } };
const never = { signal: new AbortController().signal, onWait: (): void => undefined };

describe('processes that share this machine', () => {
  it('run what fits at once, and the rest in the order in which it came', async () => {
    const first = worker(60);
    await hasSaid(first, 'works\n');
    const large = worker(50);
    await hasSaid(large, 'waits\n');
    // It would fit, and has to let the one go first that came before.
    const later = worker(40);
    await hasSaid(later, 'waits\n');
    first.child.stdin?.end();
    await hasSaid(large, 'waits\nworks\n');
    await hasSaid(later, 'waits\nworks\n');
  });

  it('leave their room when they are killed', async () => {
    const first = worker(60);
    await hasSaid(first, 'works\n');
    const second = worker(60);
    await hasSaid(second, 'waits\n');
    first.child.kill('SIGKILL');
    await hasSaid(second, 'waits\nworks\n');
  });

  it('run what is larger than the machine alone', async () => {
    const large = worker(1000);
    await hasSaid(large, 'works\n');
    const second = worker(1);
    await hasSaid(second, 'waits\n');
    large.child.stdin?.end();
    await once(large.child, 'exit');
    await hasSaid(second, 'waits\nworks\n');
  });
});

describe('room', () => {
  it('is waited for by the builds of a run, which says so, and no more when the run is cancelled', async () => {
    const first = worker(60);
    await hasSaid(first, 'works\n');
    const controller = new AbortController();
    await using test = await testRun({ room: small.total, stateDirectory: directory, signal: controller.signal });
    const build = buildForTest('vm', () => Promise.resolve());
    const load = { memory: 50, processors: 1 };
    const running = runPlan(planForTest([{ ...build, builder: { ...build.builder, load: () => load } }]), test.options);
    await expect.poll(() => test.texts().join()).toContain('waiting until other builds leave room: it needs 1 MiB');
    controller.abort(new Error('enough'));
    expect((await running).outcome).toBe('cancelled');
  });

  it('is no reason to fail: work runs when the ledger cannot be written, and half a line in it does no harm', async () => {
    mkdirSync(ledger);
    expect(await inSharedRoom(ledger, small, never, () => Promise.resolve('done'))).toBe('done');
    rmSync(ledger, { recursive: true });
    appendFileSync(ledger, '{"ticket":"x","own');
    expect(await inSharedRoom(ledger, small, never, () => Promise.resolve('done'))).toBe('done');
    await expect(inSharedRoom(ledger, small, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readFileSync(ledger, 'utf8').match(/"done"/g)).toHaveLength(2);
  });

  it.each([
    ['half a line', '{"wants":"1f54","owner":{"pid":1'],
    ['lines that are no words of ours', 'null\n{}\n[1]\n"x"\n{"wants":"1f54"}\n{"wants":"1f54","owner":{}}\n'],
    ['bytes', '\0\u{fffd}}\n'],
  ])('is waited for though there is %s in the ledger', async (_what, left) => {
    appendFileSync(ledger, left);
    const first = worker(60);
    await hasSaid(first, 'works\n');
    const second = worker(60);
    await hasSaid(second, 'waits\n');
    first.child.stdin?.end();
    await hasSaid(second, 'waits\nworks\n');
  });

  it('has a ledger that does not grow for ever', async () => {
    for (let number = 0; number < 400; number += 1) {
      await inSharedRoom(ledger, small, never, () => Promise.resolve());
    }
    expect(statSync(ledger, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(80 * 1024);
  });
});
