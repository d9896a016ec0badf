import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRuns } from '../../../../core/run/recovery/list-runs.ts';
import { runPlan } from '../../../../core/run/run-plan.ts';
import {
  artifactForTest,
  buildForTest,
  onlyProvision,
  planForTest,
  provisionerForTest,
  testRun,
} from '../../../support/plan-for-test.ts';

it('artifacts and steps in the report have no secret, also one that was learnt of after the step', async () => {
  await using test = await testRun();
  const build = buildForTest('a', async (run) => {
    await run.step('look at found-later', () => Promise.resolve());
    run.addSecret('found-later');
    const properties = { login: 'hunter2hunter2', found: ['found-later'] };
    return { ...artifactForTest('a'), description: 'made with hunter2hunter2', properties };
  });
  const report = await runPlan(planForTest([build], { secrets: ['hunter2hunter2'] }), test.options);
  expect(report.builds[0]?.artifacts[0]?.description).toBe('made with <sensitive>');
  expect(report.builds[0]?.steps[0]?.step).toBe('look at <sensitive>');
  const [listing] = await listRuns(test.options.stateDirectory);
  const written = await readFile(join(listing!.directory, 'report.json'), 'utf8');
  expect(JSON.parse(written)).toEqual(report);
  expect(JSON.stringify(report) + written).not.toMatch(/hunter2|found-later/);
});

it('a provisioner’s label in the report, and the step that failed, have no secret', async () => {
  await using test = await testRun();
  const label = 'shell: login --password hunter2hunter2';
  const bad = provisionerForTest('bad', () => Promise.reject(new Error('no')), { label });
  const plan = planForTest([buildForTest('a', onlyProvision, { provisioners: [bad] })], {
    secrets: ['hunter2hunter2'],
  });
  const report = await runPlan(plan, test.options);
  expect(report.builds[0]).toMatchObject({
    failure: { step: '[1/1] shell: login --password <sensitive>' },
    steps: [{ label: 'shell: login --password <sensitive>' }],
  });
  const [listing] = await listRuns(test.options.stateDirectory);
  expect(await readFile(join(listing!.directory, 'report.json'), 'utf8')).not.toContain('hunter2');
});
