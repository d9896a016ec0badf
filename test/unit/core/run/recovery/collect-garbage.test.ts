import { existsSync } from 'node:fs';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StepError } from '../../../../../core/errors/errors.ts';
import type { Builder } from '../../../../../core/contract/component.ts';
import type { ComponentRegistry } from '../../../../../core/contract/component-registry.ts';
import { collectGarbage, type GarbageOptions } from '../../../../../core/run/recovery/collect-garbage.ts';
import { createJournal } from '../../../../../core/run/journal/journal.ts';
import type { JournalRecord } from '../../../../../core/run/journal/journal-record.ts';
import type { JsonValue } from '../../../../../core/contract/json.ts';
import { listRuns } from '../../../../../core/run/recovery/list-runs.ts';
import { forgetOldRuns, markClean } from '../../../../../core/run/recovery/old-runs.ts';
import { thisOwner } from '../../../../../core/locks/owner.ts';
import type { ResourceKind } from '../../../../../core/contract/resource.ts';
import { resourceKinds } from '../../../../../core/run/recovery/resource-kinds.ts';
import { buildForTest, planForTest, testRun } from '../../../../support/plan-for-test.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';

/** A run whose process is gone. */
async function deadRun(state: string, runId: string, records: readonly JournalRecord[]): Promise<string> {
  const { started } = thisOwner();
  const owner = { ...thisOwner(), started: started.replace(/:.*/, ':1') };
  const journal = await createJournal(state, {
    record: 'run',
    format: 1,
    runId,
    owner,
    template: '/t.json',
    started: 1,
  });
  for (const record of records) await journal.write(record);
  await journal.close();
  return journal.directory;
}

function intent(token: string, locator: JsonValue = {}): JournalRecord {
  return { record: 'intent', token, kind: 'cloud:server', build: 'cloud.web', describe: `server ${token}`, locator };
}

interface Cloud {
  readonly kind: ResourceKind<string>;
  readonly log: string[];
}

function cloud(found: readonly string[] = [], broken: ReadonlySet<string> = new Set()): Cloud {
  const log: string[] = [];
  return {
    log,
    kind: {
      kind: 'cloud:server',
      release: (id, locator) => {
        log.push(`release ${id} ${JSON.stringify(locator)}`);
        return broken.has(id) ? Promise.reject(new StepError('no answer', { code: 'NO_ANSWER' })) : Promise.resolve();
      },
      find: (token, locator) => {
        log.push(`find ${token} ${JSON.stringify(locator)}`);
        return Promise.resolve(found);
      },
    },
  };
}

function optionsFor(stateDirectory: string, kind: ResourceKind<string>): GarbageOptions {
  return {
    stateDirectory,
    findKinds: () => Promise.resolve((name) => Promise.resolve(name === kind.kind ? kind : undefined)),
    signal: new AbortController().signal,
    say: () => undefined,
  };
}

describe('a collection', () => {
  it('gives back by id what has one, looks for the rest by token, last made first', async () => {
    await using test = await testRun();
    const { kind, log } = cloud(['found-1', 'found-2']);
    await deadRun(test.directory, 'run-1', [
      intent('a', { region: 'r' }),
      { record: 'created', token: 'a', id: 'id-a' },
      intent('b'),
      intent('c'),
      { record: 'created', token: 'c', id: 'id-c' },
      { record: 'released', token: 'c' },
      intent('d'),
      { record: 'created', token: 'd', id: 'id-d' },
      { record: 'kept', tokens: ['d'] },
    ]);
    const report = await collectGarbage(optionsFor(test.directory, kind));
    expect(log).toEqual(['find b {}', 'release found-1 {}', 'release found-2 {}', 'release id-a {"region":"r"}']);
    expect(report.collected.map(({ what }) => what)).toEqual(['server b', 'server a']);
    log.length = 0;
    expect((await collectGarbage(optionsFor(test.directory, kind))).collected).toEqual([]);
    expect(log).toEqual([]);
  });

  it('reports what it cannot give back, goes on, and tries it again the next time', async () => {
    await using test = await testRun();
    const broken = new Set(['id-b']);
    const { kind, log } = cloud([], broken);
    const records = ['a', 'b'].flatMap((token): JournalRecord[] => [
      intent(token),
      { record: 'created', token, id: `id-${token}` },
    ]);
    await deadRun(test.directory, 'run-1', records);
    const first = await collectGarbage(optionsFor(test.directory, kind));
    expect(first.leftBehind).toEqual([{ runId: 'run-1', build: 'cloud.web', what: 'server b', reason: 'no answer' }]);
    expect(first.collected.map(({ what }) => what)).toEqual(['server a']);
    expect((await listRuns(test.directory))[0]).toMatchObject({ state: 'dead', open: [{ token: 'b' }] });
    broken.clear();
    log.length = 0;
    const second = await collectGarbage(optionsFor(test.directory, kind));
    expect(log).toEqual(['release id-b {}']);
    expect(second.leftBehind).toEqual([]);
  });

  it('says so when it does not know a kind', async () => {
    await using test = await testRun();
    await deadRun(test.directory, 'run-1', [intent('a')]);
    const report = await collectGarbage({
      ...optionsFor(test.directory, cloud().kind),
      findKinds: () => Promise.resolve(() => Promise.resolve(undefined)),
    });
    expect(report.leftBehind[0]?.reason).toBe('nothing here knows how to give back "cloud:server"');
  });

  it('gives up on one thing after its deadline', async () => {
    await using test = await testRun();
    await deadRun(test.directory, 'run-1', [intent('a'), { record: 'created', token: 'a', id: 'id-a' }]);
    const kind = { ...cloud().kind, release: () => new Promise<void>(() => undefined) };
    const report = await collectGarbage({ ...optionsFor(test.directory, kind), releaseTimeout: 30 });
    expect(report.leftBehind[0]?.reason).toBe('not given back within 0.03 s');
  });

  it('does not touch a run that is running, not even from its own process', async () => {
    await using test = await testRun();
    const { kind, log } = cloud();
    const build = buildForTest('a', async (run) => {
      await run.acquire(kind, {
        describe: 'server',
        locator: {},
        create: () => Promise.resolve({ id: 'id', handle: undefined }),
      });
      const report = await collectGarbage(optionsFor(test.options.stateDirectory, kind));
      expect(report).toEqual({ collected: [], leftBehind: [], running: [run.runId] });
      expect(log).toEqual([]);
    });
    expect((await runPlan(planForTest([build]), test.options)).builds[0]?.failure).toBeUndefined();
    expect(log).toEqual(['release id {}']);
  });

  it('of one run leaves the others alone, and stops when it is cancelled', async () => {
    await using test = await testRun();
    const { kind, log } = cloud(['x']);
    for (const runId of ['run-1', 'run-2']) await deadRun(test.directory, runId, [intent(`of-${runId}`)]);
    const signal = AbortSignal.abort();
    expect((await collectGarbage({ ...optionsFor(test.directory, kind), signal })).collected).toEqual([]);
    await collectGarbage({ ...optionsFor(test.directory, kind), runId: 'run-2' });
    expect(log).toEqual(['find of-run-2 {}', 'release x {}']);
  });

  it('finds nothing to do where there is no state', async () => {
    await using test = await testRun();
    const report = await collectGarbage(optionsFor(join(test.directory, 'none'), cloud().kind));
    expect(report).toEqual({ collected: [], leftBehind: [], running: [] });
  });

  it('removes what is left of runs that died before their journal was begun, after an hour', async () => {
    await using test = await testRun();
    const [old, fresh] = ['.new-old', '.new-fresh'].map((name) => join(test.directory, 'runs', name)) as [
      string,
      string,
    ];
    for (const path of [old, fresh]) await mkdir(path, { recursive: true });
    const before = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, before, before);
    await collectGarbage(optionsFor(test.directory, cloud().kind));
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });
});

it('of runs that left nothing the last hundred are remembered, and all that left something', async () => {
  await using test = await testRun();
  for (let number = 0; number < 105; number += 1) {
    const directory = await deadRun(test.directory, `run-${number}`, []);
    if (number === 3) continue;
    markClean(directory);
    const time = new Date(1_000_000_000_000 + number * 1000);
    await utimes(join(directory, 'clean'), time, time);
  }
  await forgetOldRuns(test.directory);
  const names = await readdir(join(test.directory, 'runs'));
  expect(names).toHaveLength(101);
  expect(names).toContain('run-3');
  expect(names).not.toContain('run-2');
  expect(names).toContain('run-5');
});

describe('kinds of things', () => {
  it('are found in core and in the component their name begins with, which alone is loaded', async () => {
    const loaded: string[] = [];
    const { kind } = cloud();
    const entry = (type: string): ComponentRegistry['builders'][string] => ({
      schema: () => Promise.resolve({}),
      load: () => {
        loaded.push(type);
        const builder: Builder<object> = {
          kind: 'builder',
          prepare: () => [],
          programs: [],
          needs: () => [],
          resources: type === 'cloud' ? [kind] : [],
          run: () => Promise.reject(new Error('not here')),
        };
        return Promise.resolve(builder);
      },
    });
    const find = resourceKinds({
      builders: { cloud: entry('cloud'), other: entry('other') },
      provisioners: {},
      postProcessors: {},
    });
    expect((await find('path'))?.kind).toBe('path');
    expect((await find('process'))?.kind).toBe('process');
    expect((await find('empty-directory'))?.kind).toBe('empty-directory');
    expect(loaded).toEqual([]);
    expect(await find('cloud:server')).toBe(kind);
    expect(await find('cloud:volume')).toBeUndefined();
    expect(await find('toString:x')).toBeUndefined();
    expect(loaded).toEqual(['cloud', 'cloud']);
  });
});
