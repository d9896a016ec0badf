/**
 * A run in a process of its own, to be killed. Arguments: a directory for all it makes, and what to do:
 * "kill:N" ends the process with SIGKILL at the N-th checkpoint; "wait" waits in a step until it is cancelled (SIGTERM);
 * "cancel-each" cancels one run after the other, each at its next checkpoint, until one gets through; "go" runs to the
 * end. Prints a line for each checkpoint, and the report of each run.
 */
import { writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { noneCommunicator } from '../../../core/communicators/none.ts';
import { throwIfCancelled } from '../../../core/errors/cancelled.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import { startProcess } from '../../../core/process/owned.ts';
import type { BuildRun } from '../../../core/contract/build-run.ts';
import { pathKind } from '../../../core/run/scope/kinds.ts';
import { runPlan } from '../../../core/run/run-plan.ts';
import { stageOutput } from '../../../core/run/output/staged-output.ts';
import { artifactForTest, buildForTest, planForTest, provisionerForTest } from '../../support/plan-for-test.ts';

const [directory = '', what = 'go'] = process.argv.slice(2);
const killAt = what.startsWith('kill:') ? Number(what.slice('kill:'.length)) : Infinity;
const world = join(directory, 'world');
let reached = 0;
let cancelAt = Infinity;
let controller = new AbortController();

function checkpoint(name: string): void {
  reached += 1;
  writeFileSync(1, `checkpoint ${reached}: ${name}\n`);
  if (reached === killAt) process.kill(process.pid, 'SIGKILL');
  if (reached === cancelAt) controller.abort(new CancelledError());
}

const slowPath: typeof pathKind = {
  ...pathKind,
  release: async (id, locator, context) => {
    checkpoint('before a release');
    await pathKind.release(id, locator, context);
    checkpoint('after a release');
  },
};

async function makeThing(build: Pick<BuildRun, 'acquire'>, name: string): Promise<void> {
  await build.acquire(slowPath, {
    describe: name,
    locator: { directory: world },
    create: async (token) => {
      checkpoint(`before ${name} is made`);
      await writeFile(join(world, `${name}-${token}`), name);
      checkpoint(`after ${name} was made, before its id is known`);
      return { id: join(world, `${name}-${token}`), handle: undefined };
    },
  });
  checkpoint(`after ${name} was acquired`);
}

async function bake(build: BuildRun): Promise<ReturnType<typeof artifactForTest>> {
  await writeFile(join(await build.temporaryDirectory(), 'notes'), 'x');
  await makeThing(build, 'disk');
  const machine = await build.step('start', () =>
    startProcess(build, { describe: 'machine', program: 'sleep', args: ['300'], graceMilliseconds: 500 }),
  );
  checkpoint('after the machine was started');
  await build.scope(async (child) => {
    await Promise.all([makeThing(child, 'copy-1'), makeThing(child, 'copy-2')]);
  });
  await build.provision(noneCommunicator, {});
  if (what === 'wait') {
    process.stdout.write('waiting\n');
    await new Promise((resolve) => build.signal.addEventListener('abort', resolve));
    throwIfCancelled(build.signal);
  }
  await machine.stop();
  checkpoint('after the machine was stopped');
  const output = await stageOutput(build, join(directory, 'output', 'image'), { force: false });
  await writeFile(output.path, 'the image');
  checkpoint('before the output is published');
  await output.publish();
  checkpoint('after the output was published');
  return artifactForTest('image', [join(directory, 'output', 'image')]);
}

const provisioner = provisionerForTest('note', async (run) => {
  await writeFile(join(await run.temporaryDirectory(), 'script'), 'x');
  await makeThing(run, 'key');
  await delay(10);
});

async function runOnce(): Promise<void> {
  const report = await runPlan(planForTest([buildForTest('image', bake, { provisioners: [provisioner] })]), {
    signal: controller.signal,
    emit: () => undefined,
    version: '1',
    stateDirectory: join(directory, 'state'),
    cacheDirectory: join(directory, 'cache'),
  });
  const remains = [...(await readdir(world)), ...(await readdir(tmpdir()))];
  process.stdout.write(`${JSON.stringify({ reached, remains, report })}\n`);
}

await mkdir(world, { recursive: true });
process.on('SIGTERM', () => controller.abort(new CancelledError()));
if (what === 'cancel-each') {
  for (cancelAt = 1; cancelAt === 1 || reached >= cancelAt - 1; cancelAt += 1) {
    controller = new AbortController();
    reached = 0;
    await runOnce();
    await rm(join(directory, 'output'), { recursive: true, force: true });
  }
} else {
  await runOnce();
}
