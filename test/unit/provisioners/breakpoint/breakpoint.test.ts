import { expect, test } from 'vitest';
import type { Communicator, GuestAddress } from '../../../../core/contract/communicator.ts';
import { noneCommunicator } from '../../../../core/communicators/none.ts';
import { CancelledError } from '../../../../core/errors/errors.ts';
import { runPlan } from '../../../../core/run/run-plan.ts';
import type { BreakpointProvisionerConfig } from '../../../../provisioners/breakpoint/config.gen.ts';
import { provisioner } from '../../../../provisioners/breakpoint/index.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  buildForTest,
  onlyProvision,
  planForTest,
  provisionerForTest,
  testRun,
} from '../../../support/plan-for-test.ts';
import { provisionRun } from '../../../support/provision-run.ts';

const address: GuestAddress = { host: '127.0.0.1', port: 2222, user: 'root', privateKeyFile: '/tmp/a key' };
const guest: Communicator = { ...noneCommunicator, address };

function config(options: { note?: string; disable?: boolean } = {}): BreakpointProvisionerConfig {
  return componentConfig('provisioners/breakpoint', options);
}

test('it asks with its note and waits for the answer, and says how to get in', async () => {
  const asked: string[] = [];
  let answer: (text: string) => void = () => undefined;
  const run = provisionRun(guest, {
    ask: (question) => {
      asked.push(question);
      return new Promise((resolve) => (answer = resolve));
    },
  });
  let over = false;
  const held = provisioner.provision(config({ note: 'look around' }), run).then(() => (over = true));
  await expect.poll(() => asked).toEqual(['vm: breakpoint: look around. Press enter to continue. ']);
  expect(over).toBe(false);
  expect(run.said).toEqual([
    "to get into the machine: ssh -i '/tmp/a key' -o IdentitiesOnly=yes -p 2222 root@127.0.0.1",
  ]);
  answer('');
  await held;
  expect(over).toBe(true);
});

test('a disabled one asks nothing', async () => {
  const run = provisionRun(guest, { ask: () => Promise.reject(new Error('asked')) });
  await provisioner.provision(config({ disable: true }), run);
  expect(run.said).toEqual(['breakpoint is disabled']);
});

test('without a terminal the build goes on and says that it was not held', async () => {
  const run = provisionRun(guest);
  await provisioner.provision(config(), run);
  expect(run.said).toEqual(['breakpoint does not hold the build: there is no terminal to press Enter at']);
});

test('a cancel takes the question back', async () => {
  const controller = new AbortController();
  const ask = (_question: string, signal: AbortSignal): Promise<string> => {
    setTimeout(() => controller.abort(), 10);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('taken back'))));
  };
  const held = provisioner.provision(config(), provisionRun(guest, { ask, signal: controller.signal }));
  await expect(held).rejects.toBeInstanceOf(CancelledError);
});

test('the engine hands on the terminal that the run has', async () => {
  const asked: string[] = [];
  await using run = await testRun({
    ask: (question) => {
      asked.push(question);
      return Promise.resolve('');
    },
  });
  const planned = provisionerForTest('breakpoint', (given) => provisioner.provision(config(), given));
  const report = await runPlan(
    planForTest([buildForTest('web', onlyProvision, { provisioners: [planned] })]),
    run.options,
  );
  expect(report.outcome).toBe('succeeded');
  expect(asked).toEqual(['web: breakpoint. Press enter to continue. ']);
});
