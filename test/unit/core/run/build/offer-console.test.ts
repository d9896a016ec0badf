import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { attach } from '../../../../../core/cli/commands/attach.ts';
import { listRuns } from '../../../../../core/run/recovery/list-runs.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import { buildForTest, planForTest, testRun } from '../../../../support/plan-for-test.ts';

test('the console that a builder offers last is on record, wherever it is and whatever its name', async () => {
  await using run = await testRun();
  const socket = join(run.directory, 'tty');
  const seen: unknown[] = [];
  const web = buildForTest('web', async (build) => {
    await build.offerConsole(join(run.directory, 'first'));
    await build.offerConsole(socket);
    const [listing] = await listRuns(run.options.stateDirectory);
    seen.push(listing?.state, listing?.progress.get('test.web')?.console, listing?.progress.get('test.db')?.console);
  });
  const plan = planForTest([web, buildForTest('db', () => Promise.resolve())]);
  expect((await runPlan(plan, run.options)).outcome).toBe('succeeded');
  expect(seen).toEqual(['running', socket, undefined]);
});

test('kiln attach names the builds whose consoles are there, and passes over those that are gone', async () => {
  await using run = await testRun();
  vi.stubEnv('KILN_STATE_DIR', run.options.stateDirectory);
  const sockets = ['a', 'b'].map((name) => join(run.directory, name));
  const refusals: unknown[] = [];
  const refusal = async (...operands: string[]): Promise<unknown> => {
    try {
      return await attach.run(operands);
    } catch (error) {
      return error;
    }
  };
  const web = buildForTest('web', async (build) => {
    for (const socket of [...sockets, join(run.directory, 'gone')]) await build.offerConsole(socket);
    refusals.push(await refusal(build.runId));
    const servers = sockets.map((socket) => createServer().listen(socket));
    await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
    await build.offerConsole(sockets[0] ?? '');
    refusals.push(await refusal(build.runId, 'test.db'));
    for (const server of servers) server.close();
  });
  expect((await runPlan(planForTest([web]), run.options)).outcome).toBe('succeeded');
  vi.unstubAllEnvs();
  expect(refusals).toMatchObject([
    { code: 'CONSOLE_MISSING', hint: undefined },
    { code: 'CONSOLE_MISSING', hint: 'it has test.web' },
  ]);
});
