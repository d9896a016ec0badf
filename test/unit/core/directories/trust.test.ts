import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createJournal } from '../../../../core/run/journal/journal.ts';
import { listRuns } from '../../../../core/run/recovery/list-runs.ts';
import { thisOwner } from '../../../../core/locks/owner.ts';
import { journalFile, runsDirectory } from '../../../../core/directories/state-directory.ts';
import { testRun } from '../../../support/plan-for-test.ts';

const asRoot = process.getuid?.() === 0;

async function makeRun(state: string): Promise<string> {
  const run = { record: 'run', format: 1, runId: 'run-1', template: '/t.json', started: 1 } as const;
  const journal = await createJournal(state, { ...run, owner: thisOwner() });
  await journal.close();
  return journal.directory;
}

const planted: Readonly<Record<string, (directory: string, state: string) => void>> = {
  'a journal of another user': (directory) => chownSync(journalFile(directory), 54_321, 54_321),
  'a run of another user': (directory) => chownSync(directory, 54_321, 54_321),
  'a journal that others may write': (directory) => chmodSync(journalFile(directory), 0o666),
  'a journal that a group may write': (directory) => chmodSync(journalFile(directory), 0o660),
  'a run that others may write': (directory) => chmodSync(directory, 0o777),
  'a link in the place of the journal': (directory, state) => {
    renameSync(journalFile(directory), join(state, 'elsewhere'));
    symlinkSync(join(state, 'elsewhere'), journalFile(directory));
  },
  'a link in the place of the run': (directory, state) => {
    renameSync(directory, join(state, 'elsewhere'));
    symlinkSync(join(state, 'elsewhere'), directory);
  },
  'a FIFO in the place of the journal': (directory) => {
    rmSync(journalFile(directory));
    execFileSync('mkfifo', [journalFile(directory)]);
  },
  'a directory in the place of the journal': (directory) => {
    rmSync(journalFile(directory));
    mkdirSync(journalFile(directory));
  },
};

test.skipIf(!asRoot).each(Object.entries(planted))('%s is told, and not believed', async (_what, plant) => {
  await using test = await testRun();
  const { stateDirectory: state } = test.options;
  const directory = await makeRun(state);
  const refused: string[] = [];
  const names = async (): Promise<readonly string[]> =>
    (await listRuns(state, (name) => refused.push(name))).map(({ runId }) => runId);
  expect(await names()).toEqual(['run-1']);
  plant(directory, state);
  expect(await names()).toEqual([]);
  expect(refused).toEqual(['run-1']);
});

const unsafe: Readonly<Record<string, (path: string) => void>> = {
  'belongs to another user': (path) => chownSync(path, 54_321, 54_321),
  'can be written to by all': (path) => chmodSync(path, 0o777),
  'can be written to by another group': (path) => {
    chownSync(path, 0, 54_321);
    chmodSync(path, 0o770);
  },
};

test.skipIf(!asRoot).each(Object.entries(unsafe))('a state directory that %s is refused', async (_what, spoil) => {
  for (const of of [(state: string): string => state, runsDirectory]) {
    await using test = await testRun();
    const { stateDirectory: state } = test.options;
    await makeRun(state);
    spoil(of(state));
    await expect(listRuns(state)).rejects.toMatchObject({ code: 'STATE_NOT_TRUSTED' });
    await expect(makeRun(state)).rejects.toMatchObject({ code: 'STATE_NOT_TRUSTED' });
  }
});

test('a state directory that this user’s own group may write to is none of these', async () => {
  await using test = await testRun();
  const { stateDirectory: state } = test.options;
  await makeRun(state);
  chmodSync(state, 0o770);
  expect(await listRuns(state)).toHaveLength(1);
});
