import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../../../../core/contract/communicator.ts';
import { heardRun, logInTo, type HeardRun } from '../../../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../../../../support/ssh/sshd.ts';

const signal = new AbortController().signal;
const [FIRST, SECOND] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'];

describe.skipIf(sshdMissing() !== undefined)('a connection that was lost and is there again', () => {
  let directory: string;
  let sshd: TestSshd;
  let run: HeardRun;
  let guest: Communicator;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-boot-'));
    const script = join(directory, 'answer');
    const boot = `case $SSH_ORIGINAL_COMMAND in *boot_id*) exec cat ${directory}/boot;; esac`;
    await writeFile(script, `#!/bin/sh\n${boot}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`, { mode: 0o755 });
    // A server for each test: what it says of its boot is in the test's own directory.
    sshd = await startSshd([`ForceCommand ${script}`, 'MaxSessions 1']);
    run = heardRun();
    guest = await logInTo(sshd, {}, run);
  });
  afterEach(async () => {
    await guest.close();
    await sshd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Cuts the connection; the guest is then in this boot and up for so many seconds. */
  async function cut(boot: string, uptime: string): Promise<readonly string[]> {
    await writeFile(join(directory, 'boot'), `${boot}\n${uptime} 17.00\n`);
    await sshd.cut();
    const before = run.heard.length;
    await expect.poll(() => guest.exec('echo back', { signal })).toMatchObject({ outputTail: 'back\n' });
    return run.heard.slice(before).filter((line) => /restarted|went on running/.test(line));
  }

  test('is told apart from a guest that has restarted, by its time since the boot and then by its boot id', async () => {
    expect(await cut(FIRST, '86400.25')).toEqual([expect.stringMatching(/the guest went on running meanwhile$/)]);
    expect(await cut(FIRST, '0.01')).toEqual([expect.stringMatching(/went on running/)]);
    expect(await cut(SECOND, '86400.25')).toEqual([expect.stringMatching(/^the guest at .* has restarted$/)]);
  });

  test('is a restart when the guest runs for a shorter time than Kiln knows it', async () => {
    expect(await cut(FIRST, '0.01')).toEqual([expect.stringMatching(/has restarted$/)]);
  });

  test('is left at that when the guest does not know of boots', async () => {
    expect(await cut('no such file', '')).toEqual([]);
  });
});
