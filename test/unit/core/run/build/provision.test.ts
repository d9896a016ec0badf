import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { throwIfCancelled } from '../../../../../core/errors/cancelled.ts';
import { CancelledError, CommandError, StepError } from '../../../../../core/errors/errors.ts';
import type { PlannedBuild, PlannedProvisioner } from '../../../../../core/plan/plan.ts';
import { durationText } from '../../../../../core/text/duration-text.ts';
import { provisionerIdentity } from '../../../../../core/run/build/provisioner-identity.ts';
import { runPlan, type RunReport } from '../../../../../core/run/run-plan.ts';
import {
  buildForTest,
  onlyProvision,
  planForTest,
  provisionerForTest,
  testRun,
  type TestRun,
} from '../../../../support/plan-for-test.ts';

function provisioned(
  test: TestRun,
  provisioners: readonly PlannedProvisioner[],
  changes: Partial<PlannedBuild> = {},
): Promise<RunReport> {
  const build = buildForTest('web', onlyProvision, { provisioners, ...changes });
  return runPlan(planForTest([build]), test.options);
}

const failing = provisionerForTest('bad', () =>
  Promise.reject(new CommandError('the script failed', { code: 'SCRIPT_FAILED', exitStatus: 3, outputTail: 'oops' })),
);

describe('provisioners', () => {
  it('run one after the other and get the build’s data and Packer’s environment', async () => {
    await using test = await testRun();
    const seen: unknown[] = [];
    const note = (type: string): PlannedProvisioner =>
      provisionerForTest(type, async (run, config) => {
        await delay(type === 'one' ? 20 : 0);
        seen.push([type, run.environment, config['ID'], config['PackerRunUUID'] === run.runId]);
      });
    const report = await provisioned(test, [note('one'), note('two')]);
    const environment = {
      PACKER_BUILD_NAME: 'web',
      PACKER_BUILDER_TYPE: 'test',
      PACKER_RUN_UUID: report.runId,
      PACKER_HTTP_IP: '10.0.2.2',
      PACKER_HTTP_PORT: '8080',
    };
    expect(seen).toEqual([
      ['one', environment, 'guest-1', true],
      ['two', environment, 'guest-1', true],
    ]);
    expect(report.builds[0]?.steps.map(({ step }) => step)).toEqual(['provision with one', 'provision with two']);
  });

  it('stop at the first failure, which is located at its provisioner', async () => {
    await using test = await testRun();
    const report = await provisioned(test, [
      failing,
      provisionerForTest('next', () => Promise.reject(new Error('no'))),
    ]);
    expect(report.builds[0]?.failure).toEqual({
      code: 'SCRIPT_FAILED',
      message: 'the script failed',
      exitStatus: 3,
      outputTail: 'oops',
      pointer: '/provisioners/bad',
      location: 'test.json:1:1/provisioners/bad',
      step: '[1/2] bad',
    });
    expect(report.builds[0]?.steps).toHaveLength(1);
  });

  it('that name an option when they fail are located at it', async () => {
    await using test = await testRun();
    const error = new StepError('no', { code: 'NO', pointer: '/inline/0' });
    const report = await provisioned(test, [provisionerForTest('bad', () => Promise.reject(error))]);
    expect(report.builds[0]?.failure).toMatchObject({
      pointer: '/provisioners/bad/inline/0',
      location: 'test.json:1:1/provisioners/bad/inline/0',
    });
  });

  it('pause before they begin, and end at once when cancelled in the pause', async () => {
    await using test = await testRun();
    const started = performance.now();
    const report = await provisioned(test, [provisionerForTest('a', () => Promise.resolve(), { pauseBefore: 100 })]);
    expect(report.outcome).toBe('succeeded');
    expect(performance.now() - started).toBeGreaterThan(95);
    expect(test.texts()).toContain('Pausing 100ms before the next provisioner...');
    setTimeout(() => test.controller.abort(new CancelledError()), 10);
    const cancelled = await provisioned(test, [
      provisionerForTest('a', () => Promise.resolve(), { pauseBefore: 60_000 }),
    ]);
    expect(cancelled.outcome).toBe('cancelled');
  });

  it('are ended by their timeout, which the pause before does not count in', async () => {
    await using test = await testRun();
    const slow = provisionerForTest(
      'slow',
      async (run) => {
        await delay(10_000, undefined, { signal: run.signal }).catch(() => undefined);
        throwIfCancelled(run.signal);
      },
      { timeout: 50, pauseBefore: 60 },
    );
    const report = await provisioned(test, [slow]);
    expect(report.builds[0]).toMatchObject({
      outcome: 'failed',
      failure: { code: 'PROVISIONER_TIMEOUT', message: 'the provisioner "slow" did not end within 50ms' },
    });
    expect(test.texts()).toContain('Setting a 50ms timeout for the next provisioner...');
  });

  it('with the timeout are reported as timed out whatever they throw then', async () => {
    await using test = await testRun();
    const slow = provisionerForTest(
      'slow',
      (run) =>
        new Promise((_, reject) => run.signal.addEventListener('abort', () => reject(new CancelledError('gone')))),
      { timeout: 20 },
    );
    expect((await provisioned(test, [slow])).builds[0]?.failure?.code).toBe('PROVISIONER_TIMEOUT');
  });

  it('are tried max_retries times more, each time after the pause; the last error counts', async () => {
    await using test = await testRun();
    let tries = 0;
    const flaky = provisionerForTest(
      'flaky',
      () => Promise.reject(new StepError(`failure ${(tries += 1)}`, { code: 'FLAKY' })),
      { maxRetries: 2, pauseBefore: 1 },
    );
    const report = await provisioned(test, [flaky]);
    expect(tries).toBe(3);
    expect(report.builds[0]?.failure?.message).toBe('failure 3');
    expect(test.texts().filter((text) => text.startsWith('Pausing'))).toHaveLength(3);
    expect(test.texts()).toContain('the provisioner "flaky" failed (attempt 1 of 3), trying again: failure 1');
  });

  it('are not tried again after a cancellation', async () => {
    await using test = await testRun();
    let tries = 0;
    const cancelling = provisionerForTest(
      'a',
      () => {
        tries += 1;
        test.controller.abort(new CancelledError());
        return Promise.reject(new CancelledError());
      },
      { maxRetries: 5 },
    );
    await provisioned(test, [cancelling]);
    expect(tries).toBe(1);
  });

  it('lose their temporary directories when an attempt ends', async () => {
    await using test = await testRun();
    const paths: string[] = [];
    const maker = provisionerForTest(
      'a',
      async (run) => {
        expect(paths.every((path) => !existsSync(path))).toBe(true);
        paths.push(await run.temporaryDirectory());
        if (paths.length === 1) throw new StepError('again', { code: 'AGAIN' });
      },
      { maxRetries: 1 },
    );
    expect((await provisioned(test, [maker])).outcome).toBe('succeeded');
    expect(paths).toHaveLength(2);
    expect(paths.every((path) => !existsSync(path))).toBe(true);
  });
});

describe('the error-cleanup-provisioner', () => {
  it.each([
    ['cleanup', true],
    ['run-cleanup-provisioner', true],
    ['abort', false],
    ['keep', false],
  ] as const)('with -on-error=%s after a failed provisioner: runs %s', async (onError, runs) => {
    await using test = await testRun({ onError });
    let ran = false;
    const cleanup = provisionerForTest('save-logs', () => {
      ran = true;
      return Promise.reject(new StepError('no logs', { code: 'NO_LOGS' }));
    });
    const report = await provisioned(test, [failing], { errorCleanupProvisioner: cleanup });
    expect(ran).toBe(runs);
    expect(report.builds[0]?.failure?.message).toBe('the script failed');
    expect(test.texts().includes('the cleanup provisioner failed: no logs')).toBe(runs);
  });

  it('does not run after a cancellation, nor when a step after provisioning fails', async () => {
    await using test = await testRun();
    let ran = false;
    const errorCleanupProvisioner = provisionerForTest('save-logs', () => {
      ran = true;
      return Promise.resolve();
    });
    const late = buildForTest(
      'late',
      async (build) => {
        await onlyProvision(build);
        throw new StepError('no image', { code: 'NO_IMAGE' });
      },
      { errorCleanupProvisioner },
    );
    await runPlan(planForTest([late]), test.options);
    const cancelling = provisionerForTest('a', () => {
      test.controller.abort(new CancelledError());
      return Promise.reject(new CancelledError());
    });
    await provisioned(test, [cancelling], { errorCleanupProvisioner });
    expect(ran).toBe(false);
  });
});

describe('a provisioner’s identity', () => {
  const signal = new AbortController().signal;
  const parts = { previous: '', type: 'shell', version: '1', config: { a: 1, b: ['x'] }, inputFiles: [], signal };

  it('depends on the one before, the type, the options and the version, not on the order of the options', async () => {
    const same = await provisionerIdentity(parts);
    expect(await provisionerIdentity({ ...parts, config: { b: ['x'], a: 1 } })).toBe(same);
    for (const change of [{ previous: 'p' }, { type: 'file' }, { version: '2' }, { config: { a: 1, b: ['y'] } }]) {
      expect(await provisionerIdentity({ ...parts, ...change })).not.toBe(same);
    }
  });

  it('depends on the contents of files, trees and what links lead to, not on where they are', async () => {
    await using test = await testRun();
    const [one, two, link] = ['one', 'two', 'link'].map((name) => join(test.directory, name)) as [
      string,
      string,
      string,
    ];
    for (const directory of [one, two]) {
      await mkdir(directory);
      await writeFile(join(directory, 'script'), 'echo');
    }
    await symlink(one, link);
    const of = (path: string): Promise<string> => provisionerIdentity({ ...parts, inputFiles: [path] });
    const before = await of(one);
    expect(await of(two)).toBe(before);
    expect(await of(link)).toBe(before);
    await writeFile(join(one, 'script'), 'echo more');
    expect(await of(one)).not.toBe(before);
    expect(await of(link)).toBe(await of(one));
    expect(await of(join(test.directory, 'missing'))).not.toBe(before);
  });

  it('is in the report, chained from provisioner to provisioner', async () => {
    await using test = await testRun();
    const same = (): PlannedProvisioner => provisionerForTest('a', () => Promise.resolve());
    const report = await provisioned(test, [same(), same()]);
    const identities = report.builds[0]?.provisioners.map(({ identity }) => identity) ?? [];
    expect(identities).toHaveLength(2);
    expect(new Set(identities).size).toBe(2);
  });
});

it.each([
  [250, '250ms'],
  [10_000, '10s'],
  [60_000, '1m'],
  [90_000, '1m30s'],
  [3_600_000, '1h'],
  [3_661_000, '1h1m1s'],
  [3_601_000, '1h0m1s'],
])('%d ms is shown as %s', (milliseconds, text) => {
  expect(durationText(milliseconds)).toBe(text);
});
