import { expect, test } from 'vitest';
import { noneCommunicator } from '../../../../core/communicators/none.ts';
import { CancelledError } from '../../../../core/errors/errors.ts';
import type { SleepProvisionerConfig } from '../../../../provisioners/sleep/config.gen.ts';
import { provisioner } from '../../../../provisioners/sleep/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { provisionRun } from '../../../support/provision-run.ts';

function config(duration: string): SleepProvisionerConfig {
  return componentConfig('provisioners/sleep', { duration });
}

test('it waits as long as it was told to', async () => {
  const run = provisionRun(noneCommunicator);
  const start = performance.now();
  await provisioner.provision(config('120ms'), run);
  expect(performance.now() - start).toBeGreaterThan(110);
  expect(run.said).toEqual(['waiting 0.12 s']);
});

test('a cancel ends the wait at once', async () => {
  const controller = new AbortController();
  const waiting = provisioner.provision(config('1h'), provisionRun(noneCommunicator, { signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  const start = performance.now();
  await expect(waiting).rejects.toBeInstanceOf(CancelledError);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('a wait longer than a timer can hold does not end at once', async () => {
  const controller = new AbortController();
  let ended = false;
  const run = provisionRun(noneCommunicator, { signal: controller.signal });
  const waiting = provisioner.provision(config('1000h'), run).catch(() => (ended = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ended).toBe(false);
  controller.abort();
  await waiting;
});

test('a negative duration is a mistake in the template', () => {
  expect(provisioner.prepare(config('-5s'), prepareContext())).toMatchObject([{ code: 'SLEEP_NEGATIVE' }]);
  expect(provisioner.prepare(config('0s'), prepareContext())).toEqual([]);
});
