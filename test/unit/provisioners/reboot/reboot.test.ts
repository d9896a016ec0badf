import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { CancelledError } from '../../../../core/errors/errors.ts';
import type { RebootProvisionerConfig } from '../../../../provisioners/reboot/config.gen.ts';
import { provisioner } from '../../../../provisioners/reboot/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { localGuest } from '../../../support/ssh/local-guest.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { logInTo } from '../../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../../support/ssh/sshd.ts';

type Options = Parameters<typeof componentConfig>[1];
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

function config(options: Options = {}): RebootProvisionerConfig {
  return componentConfig('provisioners/reboot', options);
}

test('a blank command and less than no time are mistakes in the template', () => {
  const found = provisioner.prepare(config({ reboot_command: ' ', reboot_timeout: '-1s' }), prepareContext());
  expect(found.map(({ code }) => code)).toEqual(['REBOOT_COMMAND_EMPTY', 'REBOOT_TIMEOUT']);
  expect(provisioner.prepare(config(), prepareContext())).toEqual([]);
});

test('a guest without a boot id is told apart before anything is restarted', async () => {
  const commands: string[] = [];
  const exec: Communicator['exec'] = (command) => {
    commands.push(command);
    return Promise.resolve({ exitStatus: 1, disconnected: false, outputTail: 'cat: no such file' });
  };
  const run = provisionRun({ ...localGuest(), exec });
  await expect(provisioner.provision(config(), run)).rejects.toMatchObject({ code: 'REBOOT_NO_BOOT_ID' });
  expect(commands).toEqual([`cat ${BOOT_ID}`]);
});

/**
 * A real server whose sessions see a boot id of the test's own (a bind mount in a mount namespace of theirs), and
 * which goes away and comes back when a command asks for it by a file.
 */
describe.skipIf(lacks(['/usr/sbin/sshd', 'unshare'], true))('a guest that restarts', () => {
  let directory: string;
  let sshd: TestSshd;
  let guest: Communicator;
  let watching: Promise<void>;
  const over = new AbortController();

  async function setBootId(): Promise<void> {
    await writeFile(join(directory, 'boot_id'), `${crypto.randomUUID()}\n`);
  }
  async function restartWhenAsked(): Promise<void> {
    const asked = join(directory, 'restart');
    while (!over.signal.aborted) {
      if (existsSync(asked)) {
        await rm(asked);
        await sshd.halt();
        await sshd.cut();
        await setBootId();
        await delay(300);
        await sshd.start();
      }
      await delay(20);
    }
  }
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kiln-reboot-'));
    const session = join(directory, 'session');
    const inside = `mount --bind ${join(directory, 'boot_id')} ${BOOT_ID} && exec sh -c "$SSH_ORIGINAL_COMMAND"`;
    await writeFile(session, `#!/bin/sh\nexec unshare -m sh -c '${inside}'\n`, { mode: 0o755 });
    await setBootId();
    // A server of its own, which the test restarts.
    sshd = await startSshd([], [`ForceCommand ${session}`]);
    watching = restartWhenAsked();
  });
  afterAll(async () => {
    over.abort();
    await watching;
    await sshd.stop();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    guest = await logInTo(sshd);
  });
  afterEach(() => guest.close());

  test('it is waited for until it is in another boot, and commands work again', async () => {
    const run = provisionRun(guest);
    await provisioner.provision(config({ reboot_command: `touch ${directory}/restart; sleep 30` }), run);
    expect(run.said).toEqual(['restarting the guest', 'the guest has booted anew']);
    const { outputTail } = await guest.exec('echo here', { signal: AbortSignal.timeout(5000) });
    expect(outputTail).toBe('here\n');
  });

  test('an answer from the boot that is about to end is not taken for the new one', async () => {
    const command = `(sleep 1.5; touch ${directory}/restart) >/dev/null 2>&1 &`;
    const before = await guest.exec(`cat ${BOOT_ID}`, { signal: AbortSignal.timeout(5000) });
    await provisioner.provision(config({ reboot_command: command }), provisionRun(guest));
    const after = await guest.exec(`cat ${BOOT_ID}`, { signal: AbortSignal.timeout(5000) });
    expect(after.outputTail).not.toBe(before.outputTail);
  });

  test('check_command is run until it succeeds', async () => {
    const check = `echo x >>${directory}/checks; [ "$(wc -l <${directory}/checks)" -ge 2 ]`;
    const options = { reboot_command: `touch ${directory}/restart`, check_command: check };
    await provisioner.provision(config(options), provisionRun(guest));
    const { outputTail } = await guest.exec(`wc -l <${directory}/checks`, { signal: AbortSignal.timeout(5000) });
    expect(outputTail.trim()).toBe('2');
  });

  test('a check_command that never succeeds is named with its last words', async () => {
    const options = {
      reboot_command: `touch ${directory}/restart`,
      check_command: 'echo still starting; false',
      reboot_timeout: '8s',
    };
    await expect(provisioner.provision(config(options), provisionRun(guest))).rejects.toMatchObject({
      code: 'REBOOT_CHECK_TIMEOUT',
      message: expect.stringContaining('exit status 1 still starting') as string,
    });
  });

  test('a guest that does not go down is told so when the time is over', async () => {
    const options = { reboot_command: 'true', reboot_timeout: '4s' };
    await expect(provisioner.provision(config(options), provisionRun(guest))).rejects.toMatchObject({
      code: 'REBOOT_TIMEOUT',
      message: 'the guest has not booted anew within 4 s: it still ran as before',
    });
  });

  test('a command that fails ends the build at once, with what it said', async () => {
    const options = { reboot_command: 'echo must be root >&2; exit 4' };
    await expect(provisioner.provision(config(options), provisionRun(guest))).rejects.toMatchObject({
      code: 'REBOOT_REFUSED',
      exitStatus: 4,
      outputTail: 'must be root\n',
    });
  });

  test('a guest that never comes back is told with the reason', async () => {
    await sshd.halt();
    const options = { reboot_command: 'true', reboot_timeout: '6s' };
    await expect(provisioner.provision(config(options), provisionRun(guest))).rejects.toMatchObject({
      code: 'REBOOT_TIMEOUT',
      message: expect.stringMatching(/not booted anew within 6 s: no SSH login at .*refused/) as string,
    });
    await sshd.start();
  });

  test('a cancel ends the wait', async () => {
    const controller = new AbortController();
    const run = provisionRun(guest, { signal: controller.signal });
    const waiting = provisioner.provision(config({ reboot_command: 'true' }), run);
    setTimeout(() => controller.abort(), 700);
    await expect(waiting).rejects.toBeInstanceOf(CancelledError);
  });
});
