import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pathKind } from '../../../../../core/run/scope/kinds.ts';
import { listRuns } from '../../../../../core/run/recovery/list-runs.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import {
  artifactForTest,
  buildForTest,
  planForTest,
  postProcessorForTest,
  testRun,
} from '../../../../support/plan-for-test.ts';

it('a journal has no secret in what components say of their things, and in what a second interrupt would print', async () => {
  let held = (): readonly { readonly what: string }[] => [];
  await using test = await testRun({
    watchOutstanding: (given) => {
      held = given;
    },
  });
  let heldThen: readonly { readonly what: string }[] = [];
  const file = join(test.directory, 'kept');
  const told = (id: string): ReturnType<typeof artifactForTest> => ({
    ...artifactForTest(id),
    description: `made with hunter2hunter2`,
    properties: { login: 'hunter2hunter2', found: ['found-later'] },
  });
  const build = buildForTest(
    'a',
    async (run) => {
      run.addSecret('found-later');
      for (const secret of ['hunter2hunter2', 'found-later', Buffer.from('hunter2hunter2').toString('base64')]) {
        await run.acquire(pathKind, {
          describe: `key for ${secret}`,
          locator: { directory: test.directory },
          create: async () => {
            await writeFile(file, 'x');
            return { id: file, handle: undefined };
          },
        });
      }
      heldThen = held();
      return told('a');
    },
    { postProcessors: [[postProcessorForTest('ship', () => Promise.resolve({ artifact: told('shipped') }))]] },
  );
  const report = await runPlan(planForTest([build], { secrets: ['hunter2hunter2'] }), test.options);
  expect(report.outcome).toBe('succeeded');
  const [listing] = await listRuns(test.options.stateDirectory);
  const journal = await readFile(join(listing!.directory, 'journal.jsonl'), 'utf8');
  expect(journal).toContain('key for <sensitive>');
  expect(journal).toContain('made with <sensitive>');
  for (const text of [journal, JSON.stringify(heldThen)]) {
    expect(text).toContain('sensitive');
    expect(text).not.toMatch(/hunter2|found-later|aHVudGVy/);
  }
});

it('what gc needs to find a thing again stays as it is, though a word of it be a secret', async () => {
  await using test = await testRun();
  const build = buildForTest('a', async (run) => {
    const directory = join(test.directory, 'vagrant');
    const create = () => Promise.resolve({ id: join(directory, 'key'), handle: undefined });
    await run.acquire(pathKind, { describe: 'x', locator: { directory }, create });
  });
  await runPlan(planForTest([build], { secrets: ['vagrant'] }), test.options);
  const [listing] = await listRuns(test.options.stateDirectory);
  const journal = await readFile(join(listing!.directory, 'journal.jsonl'), 'utf8');
  expect(journal).toContain(`"directory":"${test.directory}/vagrant"`);
  expect(journal).toContain(`"id":"${test.directory}/vagrant/key"`);
});
