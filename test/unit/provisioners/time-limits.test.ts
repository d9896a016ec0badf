import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Communicator, ExecResult } from '../../../core/contract/communicator.ts';
import { throwIfCancelled } from '../../../core/errors/cancelled.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { runPlan } from '../../../core/run/run-plan.ts';
import { configuredProvisioner } from '../../../core/plan/configured.ts';
import { builtin } from '../../../plugins/builtin.ts';
import { componentConfig } from '../../support/component-config.ts';
import { localGuest } from '../../support/ssh/local-guest.ts';
import { buildForTest, planForTest, provisionerForTest, testRun } from '../../support/plan-for-test.ts';

const here = mkdtempSync(join(tmpdir(), 'kiln-time-limits-'));
afterAll(() => rmSync(here, { recursive: true }));
const site = join(here, 'site.yml');
writeFileSync(site, '[]\n');
mkdirSync(join(here, 'states'));
const hanging = join(here, 'ansible-playbook');
writeFileSync(hanging, '#!/bin/sh\nexec sleep 61.25\n');
chmodSync(hanging, 0o755);

/** What each provisioner is to do in a guest that never answers. */
const options: Readonly<Record<string, JsonObject>> = {
  ansible: { playbook_file: site, command: hanging, skip_version_check: true, use_proxy: false },
  'ansible-local': { playbook_file: site },
  breakpoint: {},
  file: { source: '/never', destination: join(here, 'never'), direction: 'download' },
  powershell: { inline: ['echo'] },
  reboot: {},
  'salt-masterless': { local_state_tree: join(here, 'states'), disable_sudo: true },
  'salt-ssh': { local_state_tree: join(here, 'states') },
  sbom: { formats: ['spdx'], output: join(here, 'sbom.json') },
  shell: { inline: ['true'] },
  'shell-local': { inline: ['sleep 61.25'] },
  sleep: { duration: '1m' },
  'windows-restart': {},
  'windows-shell': { inline: ['echo'] },
};

const REMOVAL = /^(sh -c ')?rm -r?f |^del |Remove-Item/;

/** The command, or the script in it that PowerShell gets encoded. */
function readable(command: string): string {
  const encoded = /-EncodedCommand (\S+)/i.exec(command)?.[1];
  return encoded === undefined ? command : Buffer.from(encoded, 'base64').toString('utf16le');
}

/** Takes files, removes what it is told to remove, and is silent else until it is no longer wanted. */
function silentGuest(): Communicator {
  const untilCancelled = async (signal: AbortSignal): Promise<never> => {
    if (!signal.aborted) await once(signal, 'abort');
    throwIfCancelled(signal);
    throw new Error('ended without a cancel');
  };
  const done: ExecResult = { exitStatus: 0, disconnected: false, outputTail: '' };
  return {
    ...localGuest(),
    kind: 'ssh',
    address: { host: '127.0.0.1', port: 1, user: 'root', knownHostsLine: '127.0.0.1 ssh-ed25519 AAAA' },
    exec: (command, { signal }) => (REMOVAL.test(readable(command)) ? Promise.resolve(done) : untilCancelled(signal)),
    upload: () => Promise.resolve(),
  };
}

test('every provisioner is looked at', () => {
  expect(Object.keys(options).sort()).toEqual(Object.keys(builtin.provisioners).sort());
});

describe.concurrent.each(Object.entries(options))('%s', (type, given) => {
  test('has its pause, its time and its retries, all of them, and ends when the last time is up', async () => {
    const module = await builtin.provisioners[type]?.load();
    if (module === undefined) throw new Error('no such provisioner');
    await using run = await testRun({
      ask: (_question, signal) =>
        silentGuest()
          .exec('', { signal })
          .then(() => ''),
    });
    const planned = {
      ...provisionerForTest(type, () => Promise.resolve(), { pauseBefore: 150, timeout: 400, maxRetries: 1 }),
      configure: () => Promise.resolve(configuredProvisioner(module, componentConfig(`provisioners/${type}`, given))),
    };
    const started = performance.now();
    const build = buildForTest('web', (one) => one.provision(silentGuest(), {}), { provisioners: [planned] });
    const report = await runPlan(planForTest([build]), run.options);
    const took = performance.now() - started;
    expect(report.builds[0]?.failure).toMatchObject({ code: 'PROVISIONER_TIMEOUT' });
    const texts = run.texts();
    expect(texts.filter((text) => text.startsWith('Pausing 150ms'))).toHaveLength(2);
    expect(texts.filter((text) => text.startsWith('Setting a 400ms timeout'))).toHaveLength(2);
    expect(texts.filter((text) => text.includes('attempt 1 of 2'))).toHaveLength(1);
    expect(took).toBeGreaterThanOrEqual(2 * 550 - 10);
    // Whoever does not listen is given up only after half a minute.
    expect(took).toBeLessThan(20_000);
  });
});
