import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listRuns } from '../../../../core/run/recovery/list-runs.ts';
import { runPlan } from '../../../../core/run/run-plan.ts';
import { artifactForTest, buildForTest, planForTest, testRun } from '../../../support/plan-for-test.ts';

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
