import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { collectGarbage, type GarbageReport } from '../../../core/run/recovery/collect-garbage.ts';
import { listRuns } from '../../../core/run/recovery/list-runs.ts';
import { resourceKinds } from '../../../core/run/recovery/resource-kinds.ts';
import type { RunReport } from '../../../core/run/run-plan.ts';

const driver = join(import.meta.dirname, 'driver.ts');
const findKind = resourceKinds({ builders: {}, provisioners: {}, postProcessors: {} });

interface Place extends AsyncDisposable {
  readonly directory: string;
  readonly state: string;
  /** Starts a driver whose temporary files and processes can be told from all others. */
  start(what: string): ChildProcess;
  /** Everything the drivers made that is still there: files and processes. */
  remains(): Promise<readonly string[]>;
  collect(changes?: { readonly dryRun?: boolean }): Promise<GarbageReport>;
}

async function place(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-crash-'));
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  const state = join(directory, 'state');
  const namesIn = (path: string): Promise<readonly string[]> => readdir(path).catch(() => []);
  const collect: Place['collect'] = (changes = {}) =>
    collectGarbage({
      stateDirectory: state,
      findKinds: () => Promise.resolve(findKind),
      signal: new AbortController().signal,
      say: () => undefined,
      ...changes,
    });
  return {
    directory,
    state,
    start: (what) =>
      spawn(process.execPath, [driver, directory, what], {
        env: { ...process.env, TMPDIR: temporary, KILN_TEST_PLACE: directory },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    remains: async () => [
      ...(await namesIn(join(directory, 'world'))),
      ...(await namesIn(temporary)),
      ...(await namesIn(join(directory, 'output'))).filter((name) => name !== 'image'),
      ...(await findByEnvironment('KILN_TEST_PLACE', directory)).map(({ pid }) => `process ${pid}`),
    ],
    collect,
    [Symbol.asyncDispose]: async () => {
      for (const { pid } of await findByEnvironment('KILN_TEST_PLACE', directory)) process.kill(pid, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

async function waitsFor(child: ChildProcess, word: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(word)) resolve();
    });
    child.once('exit', () => reject(new Error(`the driver ended without "${word}": ${text}`)));
  });
}

interface Printed {
  readonly reached: number;
  /** Files in the world and in the temporary directory. */
  readonly remains: readonly string[];
  readonly report: RunReport;
}

function reportsIn(text: string): readonly Printed[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Printed);
}

async function expectNothingLeft(at: Place): Promise<void> {
  expect(await at.remains()).toEqual([]);
  const runs = await listRuns(at.state);
  expect(runs.flatMap(({ open }) => open)).toEqual([]);
  expect(runs.filter(({ state }) => state !== 'ended')).toEqual([]);
}

describe('after kill -9', () => {
  it('at every checkpoint of a run, a collection leaves nothing, and the output is whole or not there', async () => {
    await using whole = await place();
    const checkpoints = (await outputOf(whole.start('go'))).match(/^checkpoint/gm)?.length ?? 0;
    expect(checkpoints).toBeGreaterThan(15);
    await expectNothingLeft(whole);
    let left = 0;
    for (let number = 1; number <= checkpoints; number += 1) {
      await using at = await place();
      await outputOf(at.start(`kill:${number}`));
      left += (await at.remains()).length;
      expect((await listRuns(at.state)).map(({ state }) => state)).toEqual(['dead']);
      const { leftBehind, running } = await at.collect();
      expect({ leftBehind, running }).toEqual({ leftBehind: [], running: [] });
      await expectNothingLeft(at);
      const output = join(at.directory, 'output', 'image');
      if (existsSync(output)) expect(await readFile(output, 'utf8')).toBe('the image');
    }
    // Otherwise nothing was tested.
    expect(left).toBeGreaterThan(checkpoints);
  }, 240_000);

  it('at any moment, a collection leaves nothing', async () => {
    for (let moment = 60; moment <= 600; moment += 45) {
      await using at = await place();
      const child = at.start('wait');
      const ended = outputOf(child);
      await delay(moment);
      child.kill('SIGKILL');
      await ended;
      expect((await at.collect()).leftBehind).toEqual([]);
      expect(await at.remains()).toEqual([]);
      expect((await listRuns(at.state)).flatMap(({ open }) => open)).toEqual([]);
    }
  }, 120_000);

  it('with half a last line in the journal, a collection leaves nothing', async () => {
    await using at = await place();
    await outputOf(at.start('kill:5'));
    const [run] = await listRuns(at.state);
    expect(run?.open.length).toBeGreaterThan(1);
    await appendFile(join(run!.directory, 'journal.jsonl'), '{"record":"released","tok');
    expect((await at.collect()).leftBehind).toEqual([]);
    await expectNothingLeft(at);
  });

  it('two collections at once leave nothing and do not hurt each other', async () => {
    await using at = await place();
    await outputOf(at.start('kill:8'));
    const reports = await Promise.all([at.collect(), at.collect()]);
    expect(reports.flatMap(({ leftBehind }) => leftBehind)).toEqual([]);
    await expectNothingLeft(at);
  });

  it('a dry collection tells what there is and touches nothing', async () => {
    await using at = await place();
    await outputOf(at.start('kill:8'));
    const before = await at.remains();
    const { collected } = await at.collect({ dryRun: true });
    expect(collected.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['disk', 'machine', 'temporary files of the run']),
    );
    expect(await at.remains()).toEqual(before);
  });
});

describe('two runs at once', () => {
  it('do not disturb each other, and a collection touches only the one that died', async () => {
    await using at = await place();
    const [living, dying] = [at.start('wait'), at.start('wait')];
    await Promise.all([waitsFor(living, 'waiting'), waitsFor(dying, 'waiting')]);
    const both = await at.remains();
    const ended = once(dying, 'exit');
    dying.kill('SIGKILL');
    await ended;
    const { collected, running } = await at.collect();
    expect(collected.map(({ what }) => what)).toContain('machine');
    expect(running).toHaveLength(1);
    const one = await at.remains();
    // One driver, its machine, its disk and its temporary files.
    expect(one).toHaveLength(4);
    expect(both).toHaveLength(8);
    const over = once(living, 'exit');
    living.kill('SIGTERM');
    expect(await over).toEqual([0, null]);
    await expectNothingLeft(at);
  });
});

describe('a run that is cancelled', () => {
  it('leaves nothing and says that it was cancelled', async () => {
    await using at = await place();
    const child = at.start('wait');
    const output = outputOf(child);
    await waitsFor(child, 'waiting');
    child.kill('SIGTERM');
    expect(reportsIn(await output)[0]?.report).toMatchObject({ outcome: 'cancelled', leftBehind: [] });
    await expectNothingLeft(at);
  });

  it('leaves nothing at whatever checkpoint that happens', async () => {
    await using at = await place();
    const printed = reportsIn(await outputOf(at.start('cancel-each')));
    expect(printed.length).toBeGreaterThan(15);
    expect(printed.map(({ remains, report }) => [remains, report.leftBehind])).toEqual(printed.map(() => [[], []]));
    const outcomes = printed.map(({ report }) => report.outcome);
    // Whatever comes after the last wait of a build does not cancel it any more.
    expect(outcomes.slice(0, 15)).toEqual(outcomes.slice(0, 15).map(() => 'cancelled'));
    expect(outcomes.at(-1)).toBe('succeeded');
    await expectNothingLeft(at);
  }, 60_000);
});
