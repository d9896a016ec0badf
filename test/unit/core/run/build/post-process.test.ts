import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelledError, StepError } from '../../../../../core/errors/errors.ts';
import type { PlannedPostProcessor } from '../../../../../core/plan/plan.ts';
import { runPlan, type BuildReport } from '../../../../../core/run/run-plan.ts';
import {
  artifactForTest,
  buildForTest,
  planForTest,
  postProcessorForTest,
  testRun,
  type TestRun,
} from '../../../../support/plan-for-test.ts';

/** Makes a file of its own name from whatever it is given. */
function maker(test: TestRun, name: string, changes: Partial<PlannedPostProcessor> = {}): PlannedPostProcessor {
  return postProcessorForTest(
    name,
    async () => {
      const path = join(test.directory, name);
      await writeFile(path, '');
      return { artifact: artifactForTest(name, [path]) };
    },
    changes,
  );
}

/** As checksum: its artifact has the input's files and one more. */
function adder(test: TestRun, name: string, changes: Partial<PlannedPostProcessor> = {}): PlannedPostProcessor {
  return postProcessorForTest(
    name,
    async (input) => {
      const path = join(test.directory, name);
      await writeFile(path, '');
      return { artifact: artifactForTest(name, [...input.files, path]), input: 'contained' };
    },
    changes,
  );
}

/** As manifest: gives its input on. */
const passer = postProcessorForTest('passer', () => Promise.resolve({ artifact: 'input', input: 'contained' }));
const failing = postProcessorForTest('failing', () => Promise.reject(new StepError('no room', { code: 'NO_ROOM' })));

interface Result {
  readonly report: BuildReport;
  /** Ids of the artifacts in the report. */
  readonly ids: readonly string[];
  /** Which of the files are there. */
  readonly there: (...names: string[]) => readonly string[];
}

async function process(test: TestRun, postProcessors: PlannedPostProcessor[][]): Promise<Result> {
  const image = join(test.directory, 'image');
  const body = async (): Promise<ReturnType<typeof artifactForTest>> => {
    await writeFile(image, '');
    return artifactForTest('image', [image]);
  };
  const { builds } = await runPlan(planForTest([buildForTest('a', body, { postProcessors })]), test.options);
  const [report] = builds;
  return {
    report: report!,
    ids: report!.artifacts.map(({ id }) => id),
    there: (...names) => names.filter((name) => existsSync(join(test.directory, name))),
  };
}

describe('post-processors', () => {
  it('use up the builder’s artifact unless they or the template say otherwise', async () => {
    for (const [input, kept] of [
      [undefined, []],
      ['discard', []],
      ['keep', ['image']],
    ] as const) {
      await using test = await testRun();
      const { ids, there } = await process(test, [[maker(test, 'box', { input })]]);
      expect(ids).toEqual([...kept, 'box']);
      expect(there('image', 'box')).toEqual([...kept, 'box']);
    }
  });

  it('of one sequence each get the artifact of the one before', async () => {
    await using test = await testRun();
    const { ids, there } = await process(test, [[maker(test, 'one'), maker(test, 'two'), maker(test, 'three')]]);
    expect(ids).toEqual(['three']);
    expect(there('image', 'one', 'two', 'three')).toEqual(['three']);
  });

  it('of several sequences each start from the builder’s artifact, which stays when one of them keeps it', async () => {
    await using test = await testRun();
    const inputs: string[] = [];
    const reader = postProcessorForTest('reader', (input) => {
      inputs.push(input.id);
      return Promise.resolve({ artifact: 'input', input: 'keep' });
    });
    const { ids, there } = await process(test, [[maker(test, 'box')], [reader], [reader]]);
    expect(inputs).toEqual(['image', 'image']);
    expect(ids).toEqual(['image', 'box']);
    expect(there('image', 'box')).toEqual(['image', 'box']);
  });

  it('whose artifact contains the input keep it as long as that artifact stays', async () => {
    await using test = await testRun();
    const kept = await process(test, [[adder(test, 'sums', { input: 'discard' })]]);
    expect(kept.there('image', 'sums')).toEqual(['image', 'sums']);
    const used = await process(test, [[adder(test, 'sums'), maker(test, 'box')]]);
    expect(used.ids).toEqual(['box']);
    expect(used.there('image', 'sums', 'box')).toEqual(['box']);
    const wanted = await process(test, [[passer, maker(test, 'box', { input: 'keep' })]]);
    expect(wanted.ids).toEqual(['image', 'box']);
    expect(wanted.there('image', 'box')).toEqual(['image', 'box']);
  });

  it('never lose a file that an artifact of the result has', async () => {
    await using test = await testRun();
    const wrapper = postProcessorForTest('wrapper', (input) =>
      Promise.resolve({ artifact: artifactForTest('wrapped', input.files), input: 'discard' }),
    );
    const { ids, there } = await process(test, [[wrapper]]);
    expect(ids).toEqual(['wrapped']);
    expect(there('image')).toEqual(['image']);
  });

  it('that fail end their sequence, keep what it started from, and let the other sequences run', async () => {
    await using test = await testRun();
    const { report, ids, there } = await process(test, [
      [maker(test, 'one'), failing, maker(test, 'never')],
      [maker(test, 'box', { input: 'discard' })],
    ]);
    expect(report).toMatchObject({
      outcome: 'failed',
      failure: { code: 'NO_ROOM', pointer: '/post-processors/failing' },
    });
    expect(ids).toEqual(['image', 'one', 'box']);
    expect(there('image', 'one', 'box', 'never')).toEqual(['image', 'one', 'box']);
  });

  it('that name an option when they fail are located at it', async () => {
    await using test = await testRun();
    const error = new StepError('no', { code: 'NO', pointer: '/output' });
    const faulty = postProcessorForTest('faulty', () => Promise.reject(error));
    expect((await process(test, [[faulty]])).report.failure).toMatchObject({
      pointer: '/post-processors/faulty/output',
    });
  });

  it('that all fail are all in the message', async () => {
    await using test = await testRun();
    const other = postProcessorForTest('other', () => Promise.reject(new StepError('no key', { code: 'NO_KEY' })));
    const { report, ids } = await process(test, [[failing], [other]]);
    expect(report.failure?.message).toBe('no room; no key');
    expect(ids).toEqual(['image']);
  });

  it('without an artifact end their sequence', async () => {
    await using test = await testRun();
    const uploader = postProcessorForTest('uploader', () => Promise.resolve({ input: 'keep' }));
    const { report, ids } = await process(test, [[uploader, failing]]);
    expect(report.outcome).toBe('succeeded');
    expect(ids).toEqual(['image']);
  });

  it('do not run any more when the run is cancelled in one of them, and nothing is used up', async () => {
    await using test = await testRun();
    const cancelling = postProcessorForTest('cancelling', () => {
      test.controller.abort(new CancelledError());
      return Promise.reject(new CancelledError());
    });
    const { report, ids, there } = await process(test, [[maker(test, 'one'), cancelling], [failing]]);
    expect(report.outcome).toBe('cancelled');
    expect(ids).toEqual(['image', 'one']);
    expect(there('image', 'one')).toEqual(['image', 'one']);
  });

  it('leave the artifact to its maker to discard, and what that cannot discard is left behind', async () => {
    await using test = await testRun();
    const discarded: string[] = [];
    const plain = maker(test, 'one');
    const one = {
      ...plain,
      discard: (artifact: { readonly id: string }) => {
        discarded.push(artifact.id);
        return Promise.reject(new StepError('locked', { code: 'LOCKED' }));
      },
    };
    await process(test, [[one, maker(test, 'two')]]);
    expect(discarded).toEqual(['one']);
    expect(test.events.filter(({ type }) => type === 'left-behind')).toMatchObject([
      { what: 'artifact one', reason: 'locked' },
    ]);
  });

  it('leave the builder’s artifact alone until the builds that start from it are through', async () => {
    await using test = await testRun({ parallelBuilds: 1 });
    const image = join(test.directory, 'image');
    const base = buildForTest(
      'base',
      async () => {
        await writeFile(image, '');
        return artifactForTest('image', [image]);
      },
      { postProcessors: [[maker(test, 'box')]] },
    );
    let seen = false;
    const child = buildForTest(
      'child',
      (build) => {
        seen = build.source?.files.every((path) => existsSync(path)) ?? false;
        return Promise.resolve();
      },
      { from: ['base'] },
    );
    await runPlan(planForTest([base, child]), test.options);
    expect(seen).toBe(true);
    expect(existsSync(image)).toBe(false);
  });

  /** Tells when it began and ended, and takes its time. */
  function timed(name: string, log: string[], changes: Partial<PlannedPostProcessor> = {}): PlannedPostProcessor {
    return postProcessorForTest(
      name,
      async () => {
        log.push(`${name} begins`);
        await delay(100);
        log.push(`${name} ends`);
        return { artifact: artifactForTest(name), input: 'keep' };
      },
      { independent: () => true, ...changes },
    );
  }

  it('of neighbouring sequences run at the same time when all are independent, in the order of the sequences', async () => {
    await using test = await testRun();
    const log: string[] = [];
    const dependent = timed('script', log, { independent: () => false });
    const { ids, report } = await process(test, [
      [timed('sums', log)],
      [timed('pack', log), timed('send', log)],
      [dependent],
      [timed('later', log)],
    ]);
    expect(log.slice(0, 2)).toEqual(['sums begins', 'pack begins']);
    expect(log.slice(-4)).toEqual(['script begins', 'script ends', 'later begins', 'later ends']);
    expect(ids).toEqual(['image', 'sums', 'pack', 'send', 'script', 'later']);
    expect(report.outcome).toBe('succeeded');
  });

  it('of one type keep their order, and so do all when somebody is asked about steps', async () => {
    const log: string[] = [];
    const two = [[timed('sums', log)], [timed('again', log, { type: 'sums' })]];
    await using test = await testRun();
    await process(test, two);
    expect(log).toEqual(['sums begins', 'sums ends', 'again begins', 'again ends']);
    log.length = 0;
    await process({ ...test, options: { ...test.options, debug: true } }, [[timed('sums', log)], [timed('pack', log)]]);
    expect(log).toEqual(['sums begins', 'sums ends', 'pack begins', 'pack ends']);
  });

  it('that run at the same time do not keep each other from running when one fails, and all failures are told in order', async () => {
    await using test = await testRun();
    const log: string[] = [];
    const late = postProcessorForTest(
      'late',
      async () => {
        await delay(50);
        throw new StepError('late', { code: 'LATE', hint: 'be early' });
      },
      { independent: () => true },
    );
    const { report, there } = await process(test, [
      [late],
      [{ ...failing, independent: () => true }],
      [timed('pack', log)],
    ]);
    expect(log).toEqual(['pack begins', 'pack ends']);
    expect(report.outcome).toBe('failed');
    expect(report.failure?.message).toBe('late; no room');
    expect(report.failure?.each).toMatchObject([
      { code: 'LATE', message: 'late', hint: 'be early' },
      { code: 'NO_ROOM', message: 'no room' },
    ]);
    expect(there('image')).toEqual(['image']);
  });
});
