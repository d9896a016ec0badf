import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { Communicator, OutputStream } from '../../../../../core/contract/communicator.ts';
import { CancelledError } from '../../../../../core/errors/errors.ts';
import { identify } from '../../../../../core/process/identity.ts';
import { heardRun, logInTo } from '../../../../support/ssh/ssh-guest.ts';
import { sshdMissing } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxSessions 3']);

const testOfBreaks = testWithSshd();

const missing = sshdMissing();
const signal = new AbortController().signal;

describe.skipIf(missing !== undefined)(
  `commands over SSH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    async function outputOf(
      guest: Communicator,
      command: string,
    ): Promise<readonly (readonly [OutputStream, string])[]> {
      const lines: (readonly [OutputStream, string])[] = [];
      await guest.exec(command, { signal, onLine: (stream, line) => void lines.push([stream, line]) });
      return lines;
    }

    test('a command that exits with 3 gives its status and the tail of its output', async ({ guest }) => {
      const result = await guest.exec('echo one; echo two >&2; exit 3', { signal });
      expect(result).toEqual({
        exitStatus: 3,
        disconnected: false,
        outputTail: expect.stringMatching(/^(one\ntwo|two\none)\n$/) as string,
      });
    });

    test('both streams come line by line, each under its name', async ({ guest }) => {
      const lines = await outputOf(guest, 'echo out; echo err >&2; printf "no end"');
      expect(lines).toHaveLength(3);
      expect(lines).toEqual(
        expect.arrayContaining([
          ['stdout', 'out'],
          ['stderr', 'err'],
          ['stdout', 'no end'],
        ]),
      );
    });

    test('standard input arrives byte for byte, and without one the command reads end-of-file', async ({ guest }) => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const result = await guest.exec('md5sum', { signal, stdin: bytes });
      expect(result.outputTail).toBe('e2c865db4162bed963bfaa9ef6ac18f0  -\n');
      expect((await guest.exec('cat; echo done', { signal })).outputTail).toBe('done\n');
    });

    test('a command that does not read its input ends by itself', async ({ guest }) => {
      const result = await guest.exec('exit 4', { signal, stdin: Buffer.alloc(8 * 1024 * 1024) });
      expect(result.exitStatus).toBe(4);
    });

    test('output that is no UTF-8 is shown with replacement characters', async ({ guest }) => {
      expect(await outputOf(guest, String.raw`printf 'caf\351 \303\251\n'`)).toEqual([['stdout', 'caf\uFFFD é']]);
    });

    test('a line of 1 MiB comes in pieces that make up the whole', async ({ guest }) => {
      const lines = await outputOf(guest, 'head -c 1048576 /dev/zero | tr "\\0" x; echo; echo end');
      expect(lines.at(-1)).toEqual(['stdout', 'end']);
      const long = lines.slice(0, -1).map(([, line]) => line);
      expect(long.join('')).toBe('x'.repeat(1024 * 1024));
      expect(Math.max(...long.map((line) => line.length))).toBeLessThanOrEqual(64 * 1024);
    });

    test('none of 300,000 lines of output is lost, and the tail stays short', async ({ guest }) => {
      let count = 0;
      const result = await guest.exec('seq 300000', { signal, onLine: () => void (count += 1) });
      expect(count).toBe(300_000);
      expect(result.outputTail.endsWith('299999\n300000\n')).toBe(true);
      expect(result.outputTail.length).toBeLessThanOrEqual(4096);
    });

    test('a command that a signal ended says which', async ({ guest }) => {
      const result = await guest.exec('kill -KILL $$', { signal });
      expect(result).toMatchObject({ exitStatus: undefined, disconnected: false, signalName: 'KILL' });
    });

    test('a process that a command leaves in the background holds nothing up', async ({ guest }) => {
      const result = await guest.exec('sleep 20 & echo $!', { signal });
      expect(result.exitStatus).toBe(0);
      process.kill(Number(result.outputTail), 'SIGKILL');
    });

    test('a command whose time is up is ended in the guest', async ({ guest }) => {
      const failure = guest.exec('echo $$ >/tmp/kiln-test-timeout; exec sleep 600', { signal, timeout: 700 });
      await expect(failure).rejects.toMatchObject({
        code: 'COMMUNICATOR_TIMEOUT',
        message: expect.stringContaining('0.7 s') as string,
      });
      const check = await guest.exec('kill -0 $(cat /tmp/kiln-test-timeout); rm /tmp/kiln-test-timeout', { signal });
      expect(check.outputTail).toMatch(/No such process/i);
    });

    test('cancelling ends the command in the guest', async ({ guest }) => {
      const controller = new AbortController();
      const failure = guest.exec('echo $$; exec sleep 600', {
        signal: controller.signal,
        onLine: (_stream, line) => {
          pid = Number(line);
          controller.abort();
        },
      });
      let pid = 0;
      await expect(failure).rejects.toBeInstanceOf(CancelledError);
      expect(pid).toBeGreaterThan(0);
      await expect.poll(() => identify(pid)).toBeUndefined();
    });

    test('a server that allows no more sessions is told apart from a lost connection', async ({ sshd }) => {
      // Sessions that earlier tests have left may not be over in the server.
      const own = await logInTo(sshd);
      const go = join(sshd.directory, 'go');
      let begun = 0;
      const options = { signal, onLine: () => (begun += 1) };
      const wait = `echo begun; until [ -e ${go} ]; do sleep 0.1; done`;
      const busy = Promise.allSettled([1, 2, 3].map(() => own.exec(wait, options)));
      await expect.poll(() => begun).toBe(3);
      await expect(own.exec('true', { signal })).rejects.toMatchObject({ code: 'COMMUNICATOR_REFUSED' });
      await writeFile(go, '');
      await busy;
      expect((await own.exec('true', { signal })).exitStatus).toBe(0);
      await own.close();
    });

    test('a connection that is cut during a command is told, and the next command gets a new one', async ({
      sshd,
      guest,
    }) => {
      const running = guest.exec('echo started; sleep 600', { signal, onLine: () => void sshd.cut() });
      expect(await running).toMatchObject({ disconnected: true, exitStatus: undefined, outputTail: 'started\n' });
      expect((await guest.exec('echo again', { signal })).outputTail).toBe('again\n');
    });

    test('a command in a terminal sees one, without echo, and reads end-of-file', async ({ sshd }) => {
      const inTerminal = await logInTo(sshd, { pty: true });
      const result = await inTerminal.exec('test -t 0 && test -t 1 && stty size && cat && echo $TERM', { signal });
      expect(result.outputTail).toBe('40 80\r\nxterm\r\n');
      await inTerminal.close();
    });

    test('after close, commands are refused', async ({ sshd }) => {
      const closed = await logInTo(sshd);
      await closed.close();
      await closed.close();
      await expect(closed.exec('true', { signal })).rejects.toMatchObject({ code: 'COMMUNICATOR_CLOSED' });
    });
  },
);

describe.skipIf(missing !== undefined)('connections that break', () => {
  testOfBreaks('a guest that answers nothing any more is noticed by the keepalive', async ({ sshd }) => {
    const guest = await logInTo(sshd, { keepAliveInterval: 300 });
    const begun = performance.now();
    const running = guest.exec('echo started; sleep 600', { signal, onLine: () => void sshd.freeze(true) });
    expect(await running).toMatchObject({ disconnected: true });
    expect(performance.now() - begun).toBeLessThan(6000);
    await sshd.freeze(false);
    await guest.close();
  });

  testOfBreaks('a guest that is silent for longer than allowed counts as lost', async ({ sshd }) => {
    const guest = await logInTo(sshd, { keepAliveInterval: 0, silenceLimit: 800 });
    expect(await guest.exec('sleep 600', { signal })).toMatchObject({ disconnected: true });
    await guest.close();
  });

  testOfBreaks('reconnect waits for a guest that restarts and takes the same host key', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    await sshd.halt();
    await sshd.cut();
    const back = guest.reconnect({ signal, timeout: 15_000 });
    await delay(1000);
    await sshd.start();
    await back;
    expect((await guest.exec('echo back', { signal })).outputTail).toBe('back\n');
    await guest.close();
  });

  testOfBreaks('reconnect gives up at its own deadline and says how the guest stood', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    await sshd.halt();
    await sshd.cut();
    await expect(guest.reconnect({ signal, timeout: 1000 })).rejects.toMatchObject({
      code: 'SSH_TIMEOUT',
      message: expect.stringContaining('nothing listens there') as string,
    });
    await sshd.start();
    await guest.close();
  });

  testOfBreaks('another host key than at the first login ends the build', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    await sshd.halt();
    await sshd.makeHostKey();
    await sshd.start();
    await sshd.cut();
    await expect(guest.exec('true', { signal })).rejects.toMatchObject({
      code: 'SSH_HOST_KEY_CHANGED',
      message: expect.stringMatching(
        /host key of 127\.0\.0\.1:\d+ has changed: it showed ssh-ed25519 SHA256:/,
      ) as string,
    });
    await guest.close();
  });

  testOfBreaks('commands side by side share one new login', async ({ sshd }) => {
    const run = heardRun();
    const guest = await logInTo(sshd, {}, run);
    await sshd.cut();
    await delay(200);
    const logins = sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    const results = await Promise.all([1, 2, 3].map((number) => guest.exec(`echo ${number}`, { signal })));
    expect(results.map(({ outputTail }) => outputTail)).toEqual(['1\n', '2\n', '3\n']);
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(logins + 1);
    await guest.close();
  });
});
