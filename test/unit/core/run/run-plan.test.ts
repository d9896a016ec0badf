import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelledError, StepError, UsageError } from '../../../../core/errors/errors.ts';
import { throwIfCancelled } from '../../../../core/errors/cancelled.ts';
import type { BuildRun } from '../../../../core/contract/build-run.ts';
import { pathKind } from '../../../../core/run/scope/kinds.ts';
import { collectGarbage } from '../../../../core/run/recovery/collect-garbage.ts';
import { listRuns } from '../../../../core/run/recovery/list-runs.ts';
import { resourceKinds } from '../../../../core/run/recovery/resource-kinds.ts';
import type { Plan } from '../../../../core/plan/plan.ts';
import { runPlan, type OnError, type RunReport } from '../../../../core/run/run-plan.ts';
import { artifactForTest, buildForTest, planForTest, testRun } from '../../../support/plan-for-test.ts';

const broken = new StepError('the disk is broken', { code: 'DISK_BROKEN', hint: 'buy another' });
const findKind = resourceKinds({ builders: {}, provisioners: {}, postProcessors: {} });

/** Makes a file that belongs to the build. */
async function makeFile(build: Pick<BuildRun, 'acquire'>, directory: string, name: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const acquired = await build.acquire(pathKind, {
    describe: `file ${name}`,
    locator: { directory },
    create: async (token) => {
      const path = join(directory, `${name}-${token}`);
      await writeFile(path, '');
      return { id: path, handle: path };
    },
  });
  return acquired.handle;
}

function failing(files: string[], directory: string): (build: BuildRun) => Promise<void> {
  return async (build) => {
    files.push(await makeFile(build, directory, 'disk'));
    await build.step('break', () => Promise.reject(broken));
  };
}

describe('a run', () => {
  it('gives the artifact, the steps and the outcome of each build, and the events in order', async () => {
    await using test = await testRun();
    const plan = planForTest([
      buildForTest('a', async (build) => {
        await build.step('create disk', () => delay(5));
        build.say('hello');
      }),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.outcome).toBe('succeeded');
    expect(report.builds[0]?.artifacts).toEqual([artifactForTest('a')]);
    expect(report.builds[0]?.steps).toMatchObject([{ step: 'create disk', outcome: 'succeeded' }]);
    expect(report.builds[0]?.steps[0]?.milliseconds).toBeGreaterThan(2);
    expect(test.events.map(({ type }) => type)).toEqual([
      'run-started',
      'build-started',
      'step-started',
      'step-finished',
      'message',
      'artifact',
      'build-finished',
      'run-finished',
    ]);
  });

  it('writes a report with mode 0600 and lists the run as ended with nothing open', async () => {
    await using test = await testRun();
    const report = await runPlan(planForTest([buildForTest('a', () => Promise.resolve())]), test.options);
    const [listing] = await listRuns(test.options.stateDirectory);
    expect(listing).toMatchObject({ runId: report.runId, state: 'ended', outcome: 'succeeded', open: [] });
    const written = JSON.parse(await readFile(join(listing!.directory, 'report.json'), 'utf8')) as unknown;
    expect(written).toMatchObject({ runId: report.runId, outcome: 'succeeded' });
  });

  it('names the failure with its place in the template and does not stop the other builds', async () => {
    await using test = await testRun();
    const plan = planForTest([
      buildForTest('bad', (build) => build.step('break', () => Promise.reject(broken))),
      buildForTest('good', () => delay(20)),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.outcome).toBe('failed');
    expect(report.builds.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
    expect(report.builds[0]?.failure).toEqual({
      code: 'DISK_BROKEN',
      message: 'the disk is broken',
      step: 'break',
      hint: 'buy another',
      pointer: '/builders/0',
      location: 'test.json:1:1/builders/0',
    });
  });

  it('names the files that show what the guest of a failed build did, the last ones of their kinds', async () => {
    await using test = await testRun();
    const plan = planForTest([
      buildForTest('bad', (build) => {
        build.noteFile('console', '/tmp/first.log');
        build.noteFile('console', '/tmp/web.log');
        build.noteFile('screen', '/tmp/web.png');
        return Promise.reject(broken);
      }),
      buildForTest('good', (build) => {
        build.noteFile('console', '/tmp/good.log');
        return delay(1);
      }),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.builds[0]?.failure?.files).toEqual({ console: '/tmp/web.log', screen: '/tmp/web.png' });
    expect(report.builds[1]?.failure).toBeUndefined();
  });

  it('reports what is not one of its errors as a bug, with the stack', async () => {
    await using test = await testRun();
    const plan = planForTest([buildForTest('a', () => Promise.reject(new TypeError('x is undefined')))]);
    const report = await runPlan(plan, test.options);
    expect(report.builds[0]?.failure).toMatchObject({ code: 'BUG' });
    expect(report.builds[0]?.failure?.stack).toContain('TypeError: x is undefined');
  });

  it('survives readers that throw', async () => {
    await using test = await testRun({
      emit: () => {
        throw new Error('the terminal is gone');
      },
    });
    const report = await runPlan(planForTest([buildForTest('a', () => Promise.resolve())]), test.options);
    expect(report.outcome).toBe('succeeded');
  });

  it('refuses options that do not fit before it makes anything', async () => {
    await using test = await testRun();
    const plan = planForTest([buildForTest('a', () => Promise.resolve())]);
    await expect(runPlan(planForTest([]), test.options)).rejects.toThrow(UsageError);
    await expect(runPlan(plan, { ...test.options, onError: 'ask' })).rejects.toThrow('needs a terminal');
    await expect(runPlan(plan, { ...test.options, parallelBuilds: -1 })).rejects.toThrow('-parallel-builds');
    expect(existsSync(test.options.stateDirectory)).toBe(false);
  });

  it('removes secrets from every event and from the report, those that builds add too', async () => {
    await using test = await testRun();
    const plan = planForTest(
      [
        buildForTest('a', async (build) => {
          build.addSecret('found-later');
          build.output('stdout', `token ${Buffer.from('user:hunter2hunter2').toString('base64')}`);
          await build.step('log in with found-later', () =>
            Promise.reject(new StepError('hunter2hunter2 is wrong', { code: 'LOGIN' })),
          );
        }),
      ],
      { secrets: ['hunter2hunter2'] },
    );
    const report = await runPlan(plan, test.options);
    const [listing] = await listRuns(test.options.stateDirectory);
    const everything =
      JSON.stringify([report, test.events]) + (await readFile(join(listing!.directory, 'report.json'), 'utf8'));
    expect(everything).not.toMatch(/hunter2|found-later|aHVudGVy|dW50ZXIy/);
    expect(report.builds[0]?.failure?.message).toBe('<sensitive> is wrong');
  });
});

describe('builds of one run', () => {
  it('run at most as many at once as -parallel-builds says', async () => {
    for (const [parallelBuilds, expected] of [
      [0, 4],
      [1, 1],
      [2, 2],
    ] as const) {
      await using test = await testRun({ parallelBuilds });
      let now = 0;
      let most = 0;
      const body = async (): Promise<void> => {
        now += 1;
        most = Math.max(most, now);
        await delay(20);
        now -= 1;
      };
      await runPlan(planForTest(['a', 'b', 'c', 'd'].map((name) => buildForTest(name, body))), test.options);
      expect(most).toBe(expected);
    }
  });

  it('wait for the build they start from without taking its slot, and get its artifact', async () => {
    await using test = await testRun({ parallelBuilds: 1 });
    const seen: string[] = [];
    const note = (build: BuildRun): Promise<void> => {
      seen.push(`${build.name} from ${build.source?.id ?? 'nothing'}`);
      return Promise.resolve();
    };
    const plan = planForTest([
      buildForTest('a', note, { from: ['b'] }),
      buildForTest('b', note, { from: ['c'] }),
      buildForTest('c', note),
    ]);
    const report = await runPlan(plan, test.options);
    expect(seen).toEqual(['c from nothing', 'b from c', 'a from b']);
    expect(report.builds.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('are skipped with the reason when the build they start from failed, and so are those that start from them', async () => {
    await using test = await testRun();
    const never = (): Promise<void> => Promise.reject(new Error('this must not run'));
    const plan = planForTest([
      buildForTest('base', () => Promise.reject(broken)),
      buildForTest('child', never, { from: ['base'] }),
      buildForTest('grandchild', never, { from: ['child'] }),
      buildForTest('orphan', never, { from: ['elsewhere'] }),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.builds.map(({ outcome, failure }) => [outcome, failure?.message])).toEqual([
      ['failed', 'the disk is broken'],
      ['skipped', 'it starts from "base", which failed'],
      ['skipped', 'it starts from "child", which was not started either'],
      ['skipped', 'it starts from "elsewhere", which is not among the builds to run'],
    ]);
  });
});

describe('-on-error', () => {
  const fates: readonly (readonly [OnError, { readonly exists: boolean; readonly afterGarbage: boolean }])[] = [
    ['cleanup', { exists: false, afterGarbage: false }],
    ['abort', { exists: true, afterGarbage: false }],
    ['run-cleanup-provisioner', { exists: true, afterGarbage: false }],
    ['keep', { exists: true, afterGarbage: true }],
  ];
  it.each(fates)('=%s decides what becomes of a failed build’s things', async (onError, expected) => {
    await using test = await testRun({ onError });
    const files: string[] = [];
    const build = buildForTest('a', async (run) => {
      await run.temporaryDirectory();
      await run.scope((child) => failing(files, test.directory)(child));
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(existsSync(files[0]!)).toBe(expected.exists);
    expect(report.leftBehind.some(({ what }) => what === 'file disk')).toBe(expected.exists);
    const options = { ...test.options, findKinds: () => Promise.resolve(findKind), say: () => undefined };
    await collectGarbage(options);
    expect(existsSync(files[0]!)).toBe(expected.afterGarbage);
    await collectGarbage({ ...options, includeHeld: true });
    expect(existsSync(files[0]!)).toBe(false);
    expect((await listRuns(test.options.stateDirectory))[0]?.open).toEqual([]);
  });

  it.each(['abort', 'keep'] as const)('=%s gives back what a build that succeeds has made', async (onError) => {
    await using test = await testRun({ onError });
    const files: string[] = [];
    const build = buildForTest('a', async (run) => {
      await run.scope(failing(files, test.directory)).catch(() => undefined);
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(report).toMatchObject({ outcome: 'succeeded', leftBehind: [] });
    expect(existsSync(files[0]!)).toBe(false);
  });

  it('=ask runs a failed step again, without what it had made, and asks once for one failure', async () => {
    const questions: string[] = [];
    const answers = ['what?', 'r', 'a'];
    await using test = await testRun({
      onError: 'ask',
      ask: (question) => {
        questions.push(question);
        return Promise.resolve(answers.shift() ?? 'c');
      },
    });
    const files: string[] = [];
    const build = buildForTest('a', (run) => run.step('all', () => failing(files, test.directory)(run)));
    const outer = buildForTest('a', async (run) => {
      await run.step('make', async () => {
        files.push(await makeFile(run, test.directory, 'disk'));
        throw new StepError('no luck', { code: 'LUCK' });
      });
    });
    await runPlan(planForTest([outer]), test.options);
    expect(questions).toHaveLength(3);
    expect(questions[0]).toContain("step 'make' failed: no luck");
    expect(files.map((file) => existsSync(file))).toEqual([false, true]);
    questions.length = 0;
    const report = await runPlan(planForTest([build]), test.options);
    expect(questions).toHaveLength(1);
    expect(report.leftBehind).toEqual([]);
    expect(existsSync(files[2]!)).toBe(false);
  });

  it('=ask does not ask about a failure that the builder meets, and asks about the next one', async () => {
    const questions: string[] = [];
    await using test = await testRun({
      onError: 'ask',
      ask: (question) => {
        questions.push(question);
        return Promise.resolve('c');
      },
    });
    const fails = (message: string) => (): Promise<never> => Promise.reject(new StepError(message, { code: 'LUCK' }));
    const build = buildForTest('a', async (run) => {
      await run.step('first', fails('no KVM'), () => true).catch(() => undefined);
      await run.step('second', fails('no luck'), () => false);
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(report.outcome).toBe('failed');
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain("step 'second' failed: no luck");
  });

  it('=ask cleans up when the run is cancelled while the question waits', async () => {
    const controller = new AbortController();
    await using test = await testRun({
      onError: 'ask',
      signal: controller.signal,
      ask: (_question, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('taken back')));
          controller.abort(new CancelledError());
        }),
    });
    const files: string[] = [];
    await runPlan(planForTest([buildForTest('a', failing(files, test.directory))]), test.options);
    expect(existsSync(files[0]!)).toBe(false);
  });
});

describe('-debug', () => {
  const twoSteps = (build: BuildRun): Promise<void> =>
    build.step('one', () => delay(20)).then(() => build.step('two', () => delay(5)));

  async function asked(answers: readonly string[], plan: Plan): Promise<{ questions: string[]; report: RunReport }> {
    const questions: string[] = [];
    await using test = await testRun({
      debug: true,
      ask: (question) => Promise.resolve(answers[questions.push(question) - 1] ?? ''),
    });
    return { report: await runPlan(plan, test.options), questions };
  }
  const menu = '[enter] next, [c] continue without pauses, [q] stop? ';

  it('pauses between two steps and before the clean-up, one build at a time', async () => {
    await using test = await testRun();
    const plan = planForTest([
      buildForTest('a', twoSteps),
      buildForTest('b', async (build) => {
        await build.step('three', () => makeFile(build, test.directory, 'disk'));
        throw broken;
      }),
    ]);
    const { questions } = await asked([], plan);
    expect(questions).toEqual([
      `test.a: Pausing before two.\n${menu}`,
      `test.b: Pausing before the clean-up.\n${menu}`,
    ]);
  });

  it('pauses no more when that is the answer, and stops the run when that is', async () => {
    const plan = planForTest([buildForTest('a', twoSteps), buildForTest('b', twoSteps)]);
    const on = await asked(['what?', 'c'], plan);
    expect(on.questions).toHaveLength(2);
    expect(on.report.outcome).toBe('succeeded');
    const stopped = await asked(['q'], plan);
    expect(stopped.report.builds.map(({ outcome }) => outcome)).toEqual(['cancelled', 'skipped']);
    expect(stopped.report.outcome).toBe('cancelled');
  });
});

describe('a cancelled run', () => {
  async function until(signal: AbortSignal): Promise<never> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    throwIfCancelled(signal);
    throw new Error('it was not cancelled');
  }

  it.each(['cleanup', 'abort', 'keep'] as const)('gives back what was made, with -on-error=%s too', async (onError) => {
    await using test = await testRun({ onError });
    const files: string[] = [];
    const build = buildForTest('a', async (run) => {
      files.push(await makeFile(run, test.directory, 'disk'));
      setTimeout(() => test.controller.abort(new CancelledError()), 10);
      await run.step('wait', () => until(run.signal));
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(report).toMatchObject({ outcome: 'cancelled', leftBehind: [] });
    expect(report.builds[0]).toMatchObject({ outcome: 'cancelled', steps: [{ outcome: 'cancelled' }] });
    expect(report.builds[0]?.failure).toBeUndefined();
    expect(existsSync(files[0]!)).toBe(false);
    expect(existsSync(dirname(files[0]!))).toBe(true);
  });

  it('starts no further builds, and says so', async () => {
    await using test = await testRun({ parallelBuilds: 1 });
    const plan = planForTest([
      buildForTest('a', (build) => {
        setTimeout(() => test.controller.abort(new CancelledError()), 10);
        return until(build.signal);
      }),
      buildForTest('b', () => Promise.reject(new Error('this must not run'))),
      buildForTest('c', () => Promise.reject(new Error('this must not run')), { from: ['a'] }),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.outcome).toBe('cancelled');
    expect(report.builds.map(({ outcome }) => outcome)).toEqual(['cancelled', 'skipped', 'skipped']);
    expect(report.builds[1]?.failure?.message).toBe('the run was cancelled');
  });

  it('keeps the artifact that a builder had finished', async () => {
    await using test = await testRun();
    const build = buildForTest('a', () => {
      test.controller.abort(new CancelledError());
      return Promise.resolve();
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(report.builds[0]).toMatchObject({ outcome: 'cancelled', artifacts: [{ id: 'a' }] });
  });

  it('makes nothing more after the cancellation', async () => {
    await using test = await testRun();
    let made = false;
    const build = buildForTest('a', async (run) => {
      test.controller.abort(new CancelledError());
      await run.acquire(pathKind, {
        describe: 'a file',
        locator: {},
        create: () => {
          made = true;
          return Promise.resolve({ id: 'x', handle: undefined });
        },
      });
    });
    await runPlan(planForTest([build]), test.options);
    expect(made).toBe(false);
  });

  it('still reports a failure that came before the cancellation', async () => {
    await using test = await testRun();
    const slow = { ...pathKind, release: () => delay(30).then(() => test.controller.abort(new CancelledError())) };
    const build = buildForTest('a', async (run) => {
      await run.acquire(slow, { describe: 'x', locator: {}, create: () => Promise.resolve({ id: 'x', handle: 0 }) });
      throw broken;
    });
    const report = await runPlan(planForTest([build]), test.options);
    expect(report.builds[0]).toMatchObject({ outcome: 'failed', failure: { code: 'DISK_BROKEN' } });
  });
});

it('tells at any moment what would be left behind', async () => {
  let held = (): readonly { readonly what: string }[] => [];
  await using test = await testRun({
    watchOutstanding: (given) => {
      held = given;
    },
  });
  const build = buildForTest('a', async (run) => {
    await makeFile(run, test.directory, 'outer');
    await run.scope(async (child) => {
      await makeFile(child, test.directory, 'inner');
      expect(held()).toEqual([
        { build: 'test.a', what: 'file inner' },
        { build: 'test.a', what: 'file outer' },
      ]);
    });
    expect(held()).toEqual([{ build: 'test.a', what: 'file outer' }]);
  });
  const report = await runPlan(planForTest([build]), test.options);
  expect(report.builds[0]?.failure).toBeUndefined();
  expect(held()).toEqual([]);
});
