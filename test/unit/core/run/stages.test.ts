import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StepError } from '../../../../core/errors/errors.ts';
import type { BuildRun } from '../../../../core/contract/build-run.ts';
import { runPlan } from '../../../../core/run/run-plan.ts';
import {
  buildForTest,
  onlyProvision,
  planForTest,
  provisionerForTest,
  testRun,
} from '../../../support/plan-for-test.ts';

const broken = new StepError('the disk is broken', { code: 'BROKEN' });

describe('builds that start from one another', () => {
  it('fan out at once when their source is done, while others do not wait for it', async () => {
    await using test = await testRun();
    const order: string[] = [];
    const noted =
      (milliseconds: number) =>
      async ({ name, source }: BuildRun): Promise<void> => {
        order.push(`${name} begins${source === undefined ? '' : ` from ${source.id}`}`);
        await delay(milliseconds);
        order.push(`${name} ends`);
      };
    const plan = planForTest([
      buildForTest('alone', noted(0)),
      buildForTest('base', noted(100)),
      ...['x', 'y', 'z'].map((name) => buildForTest(name, noted(50), { from: ['base'] })),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.outcome).toBe('succeeded');
    expect(order.slice(0, 4)).toEqual(['alone begins', 'base begins', 'alone ends', 'base ends']);
    expect(order.slice(4, 7)).toEqual(['x', 'y', 'z'].map((name) => `${name} begins from base`));
  });

  it('are cancelled by the failure of what they come from, and no others: neither siblings nor those before it', async () => {
    await using test = await testRun();
    const good = (): Promise<void> => delay(30);
    const never = (): Promise<void> => Promise.reject(new Error('this must not run'));
    const plan = planForTest([
      buildForTest('alone', good),
      buildForTest('base', good),
      buildForTest('bad', () => Promise.reject(broken), { from: ['base'] }),
      buildForTest('after-bad', never, { from: ['bad'] }),
      buildForTest('good', good, { from: ['base'] }),
      buildForTest('after-good', good, { from: ['good'] }),
    ]);
    const report = await runPlan(plan, test.options);
    expect(report.outcome).toBe('failed');
    expect(Object.fromEntries(report.builds.map(({ name, outcome }) => [name, outcome]))).toEqual({
      alone: 'succeeded',
      base: 'succeeded',
      bad: 'failed',
      'after-bad': 'skipped',
      good: 'succeeded',
      'after-good': 'succeeded',
    });
  });

  it('fan in when all their sources are done, the first of which is their base, and their texts name each', async () => {
    await using test = await testRun();
    const order: string[] = [];
    const note = async ({ name, source }: BuildRun): Promise<void> => {
      await delay(name === 'slow' ? 50 : 0);
      order.push(`${name}${source === undefined ? '' : ` on ${source.id}`}`);
    };
    const seen: unknown[] = [];
    const look = provisionerForTest('look', (_run, config) => {
      seen.push(config['From.slow'], config['From.fast']);
      return Promise.resolve();
    });
    const plan = planForTest([
      buildForTest('all', (build) => note(build).then(() => onlyProvision(build)), {
        from: ['slow', 'fast'],
        provisioners: [look],
      }),
      buildForTest('fast', note),
      buildForTest('slow', note),
    ]);
    expect((await runPlan(plan, test.options)).outcome).toBe('succeeded');
    expect(order).toEqual(['fast', 'slow', 'all on slow']);
    expect(seen).toEqual(['slow', 'fast']);
  });

  it('that fan in are skipped when any of their sources fails', async () => {
    await using test = await testRun();
    const plan = planForTest([
      buildForTest('all', () => Promise.reject(new Error('this must not run')), { from: ['good', 'bad'] }),
      buildForTest('bad', () => Promise.reject(broken)),
      buildForTest('good', () => Promise.resolve()),
    ]);
    const { builds } = await runPlan(plan, test.options);
    expect(builds.map(({ outcome }) => outcome)).toEqual(['skipped', 'failed', 'succeeded']);
    expect(builds[0]?.failure?.message).toBe('it starts from "bad", which failed');
  });

  it('leave the run in the order of the plan, however they end, and the run waits for all of them', async () => {
    await using test = await testRun({ parallelBuilds: 2 });
    let ended = 0;
    const body = async (): Promise<void> => {
      await delay(ended * 5);
      ended += 1;
    };
    const names = Array.from({ length: 12 }, (_, number) => `n${number}`);
    const builds = names.map((name, number) =>
      buildForTest(name, body, number < 4 ? {} : { from: [`n${number % 4}`] }),
    );
    const report = await runPlan(planForTest(builds), test.options);
    expect(ended).toBe(12);
    expect(report.builds.map(({ name }) => name)).toEqual(names);
  });
});
