import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { otherMonitorSocket, socketDirectory } from '../../../../../builders/qemu/machine/machine-places.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import { qemuConfig } from '../../../../support/qemu/qemu-config.ts';
import { buildForTest, planForTest, testRun } from '../../../../support/plan-for-test.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'kiln-places-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });
});

test.each([10, 52, 70, 130, 200])('sockets have a short path with a TMPDIR of %i characters more', async (length) => {
  const long = join(place, 'ü'.repeat(length / 2));
  await mkdir(long);
  vi.stubEnv('TMPDIR', long);
  await using test = await testRun();
  const found: string[] = [];
  const build = buildForTest('a-machine-with-a-long-name', async (run) => {
    const directory = await socketDirectory(run);
    found.push(directory);
    expect(existsSync(directory)).toBe(true);
  });
  expect((await runPlan(planForTest([build]), test.options)).outcome).toBe('succeeded');
  const [directory = ''] = found;
  expect(Buffer.byteLength(join(directory, 'console-test.a-machine-with-a-long'))).toBeLessThan(104);
  expect(existsSync(directory)).toBe(false);
});

test('what came to the place of the monitor’s socket meanwhile stays', async () => {
  await using test = await testRun();
  const socket = join(place, 'qmp');
  const config = qemuConfig({ qmp_enable: true, qmp_socket_path: socket });
  const build = buildForTest('web', async (run) => {
    expect(await otherMonitorSocket(config, (text) => text, run)).toBe(socket);
    await mkdir(join(socket, 'notes'), { recursive: true });
  });
  expect((await runPlan(planForTest([build]), test.options)).outcome).toBe('succeeded');
  expect(existsSync(join(socket, 'notes'))).toBe(true);
});
