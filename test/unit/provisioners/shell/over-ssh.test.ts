import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { CancelledError } from '../../../../core/errors/errors.ts';
import { identify } from '../../../../core/process/identity.ts';
import type { ShellProvisionerConfig } from '../../../../provisioners/shell/config.gen.ts';
import { provision } from '../../../../provisioners/shell/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { provisionRun, type TestProvisionRun } from '../../../support/provision-run.ts';
import { logInTo } from '../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd } from '../../../support/ssh/sshd.ts';
import { processesDuring } from '../../../support/kiln/watch-processes.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const missing = sshdMissing();

describe.skipIf(missing !== undefined)(
  `scripts over SSH${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kiln-over-ssh-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    function config(given: Partial<ShellProvisionerConfig>): ShellProvisionerConfig {
      const options = { remote_folder: folder, start_retry_timeout: '10s' };
      return { ...componentConfig<ShellProvisionerConfig>('provisioners/shell', options), ...given };
    }

    async function run(guest: Communicator, given: Partial<ShellProvisionerConfig>): Promise<TestProvisionRun> {
      const provisioning = provisionRun(guest);
      await provision(config(given), provisioning);
      return provisioning;
    }

    test.for<[string, Partial<ShellProvisionerConfig>, boolean]>([
      ['', {}, false],
      [' of a command of the template', { execute_command: '{{.Vars}} sh "{{.Path}}"' }, false],
      [' with a file of variables', { use_env_var_file: true, env: { TOKEN: 'hunter22' } }, false],
      [' in a terminal', { env: { TOKEN: 'hunter22' } }, true],
    ])('the files%s of a script that is ended are removed', async ([_name, given, pty], { sshd, guest }) => {
      const own = pty ? await logInTo(sshd, { pty }) : guest;
      for (const skip_clean of [false, true]) {
        const controller = new AbortController();
        const running = provisionRun(own, {
          signal: controller.signal,
          output: (_stream, line) => {
            if (line.includes('running now')) controller.abort(new CancelledError());
          },
        });
        const inline = ['echo running now', 'sleep 60', 'echo token=hunter22'];
        const ended = provision(config({ inline, skip_clean, ...given }), running);
        await expect(ended).rejects.toBeInstanceOf(CancelledError);
        const left = await readdir(folder);
        if (skip_clean) expect(left.some((name) => name.startsWith('script_'))).toBe(true);
        else expect(left).toEqual([]);
      }
      if (pty) await own.close();
    });

    test.for([{}, { execute_command: '{{.Vars}} sh "{{.Path}}"' }])(
      'variables are in no list of processes with %j',
      async (given, { guest }) => {
        const secret = 'hunter2-over-ssh';
        let shown: readonly string[] = [];
        const seen = await processesDuring(async () => {
          ({ shown } = await run(guest, {
            inline: ['echo "$TOKEN"', 'sleep 0.3125'],
            env: { TOKEN: secret },
            ...given,
          }));
        });
        expect(shown).toEqual([`stdout ${secret}`]);
        expect(seen).toContain('sleep 0.3125');
        expect(seen.filter((line) => line.includes(secret))).toEqual([]);
      },
    );

    test('a script costs one command', async ({ sshd, guest }) => {
      const before = sshd.log().match(/Starting session: command/g)?.length ?? 0;
      const { shown } = await run(guest, { inline: ['echo "$A $PACKER_BUILD_NAME"'], env: { A: "it's\ntwo lines" } });
      expect(shown).toEqual(["stdout it's", 'stdout two lines vm']);
      expect(sshd.log().match(/Starting session: command/g)).toHaveLength(before + 1);
      expect(await readdir(folder)).toEqual([]);
    });

    test('a script that exits with 3 says so in one sentence, with its last words and without marks', async ({
      guest,
    }) => {
      await expect(run(guest, { inline: ['echo last words', 'exit 3'] })).rejects.toMatchObject({
        code: 'SCRIPT_FAILED',
        exitStatus: 3,
        message: 'script <inline> exited with status 3 (expected 0)',
        outputTail: 'last words\n',
      });
      await expect(run(guest, { inline: ['exit 3'], valid_exit_codes: [0, 1, 2] })).rejects.toThrow(
        '(expected 0, 1 or 2)',
      );
    });

    test("a script without an interpreter is run by the user's own bash", async ({ guest }) => {
      const script = join(folder, 'bashism');
      await writeFile(script, 'words=(one two); echo "${words[1]}"\n');
      const shell = (await guest.exec('echo $SHELL', { signal: AbortSignal.timeout(5000) })).outputTail.trim();
      if (!shell.endsWith('/bash')) return;
      expect((await run(guest, { script })).shown).toEqual(['stdout two']);
    });

    test('variables are seen by no other user while the script runs', async ({ guest }) => {
      const { shown } = await run(guest, {
        inline: ['ps -eo args | grep -c "[h]unter2" || true'],
        env: { TOKEN: 'hunter2' },
      });
      expect(shown).toEqual(['stdout 0']);
    });

    test('a file system without room is told before anything runs', async ({ guest }) => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]);
      try {
        const inline = ['exit 7', `# ${'x'.repeat(200_000)}`];
        await expect(run(guest, { inline })).rejects.toMatchObject({
          code: 'SCRIPT_NOT_WRITTEN',
          outputTail: expect.stringMatching(/No space left/) as string,
        });
        expect(await readdir(folder)).toEqual([]);
      } finally {
        execFileSync('umount', [folder]);
      }
    });

    test('a connection that breaks while the script runs is a failure that names expect_disconnect', async ({
      guest,
    }) => {
      const failure = run(guest, { inline: ['kill -9 $(ps -o ppid= -p $PPID)', 'sleep 60'] });
      await expect(failure).rejects.toMatchObject({
        code: 'SCRIPT_DISCONNECTED',
        hint: expect.stringContaining('expect_disconnect') as string,
      });
    });

    test('a guest that restarts is waited for, and the script removed then', async ({ sshd, guest }) => {
      const restarted = (async (): Promise<void> => {
        while ((await readdir(folder)).every((name) => name !== 'ready')) await delay(20);
        await sshd.halt();
        await sshd.cut();
        await delay(700);
        await sshd.start();
      })();
      await run(guest, { inline: [`touch ${folder}/ready`, 'sleep 60'], expect_disconnect: true });
      await restarted;
      expect(await readdir(folder)).toEqual(['ready']);
      expect((await run(guest, { inline: ['echo back'] })).shown).toEqual(['stdout back']);
    });

    test('a script that cannot be sent since the guest is restarting is sent when it is back, and runs once', async ({
      sshd,
      guest,
    }) => {
      await sshd.halt();
      await sshd.cut();
      const back = delay(800).then(() => sshd.start());
      await run(guest, { inline: [`echo ran >>${folder}/ran`] });
      await back;
      expect(await readFile(join(folder, 'ran'), 'utf8')).toBe('ran\n');
    });

    test('cancelling ends the script in the guest', async ({ guest }) => {
      const controller = new AbortController();
      const provisioning = provisionRun(guest, { signal: controller.signal, output: () => controller.abort() });
      const failure = provision(config({ inline: [`echo $$ >${folder}/pid`, 'echo here', 'sleep 60'] }), provisioning);
      await expect(failure).rejects.toBeInstanceOf(CancelledError);
      const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
      await expect.poll(() => identify(pid)).toBeUndefined();
    });

    test('in a terminal, the script is there first, sees the terminal, and is removed', async ({ sshd }) => {
      const terminal = await logInTo(sshd, { pty: true });
      const provisioning = provisionRun(terminal);
      await provision(config({ inline: ['test -t 0 && echo "$A"'], env: { A: 'in a terminal' } }), provisioning);
      expect(provisioning.shown).toEqual(['stdout in a terminal']);
      expect(await readdir(folder)).toEqual([]);
      await mkdir(join(folder, 'full'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', join(folder, 'full')]);
      const full = config({ inline: [`# ${'x'.repeat(200_000)}`], remote_folder: join(folder, 'full') });
      const begun = performance.now();
      await expect(provision(full, provisionRun(terminal))).rejects.toMatchObject({
        code: 'COMMUNICATOR_TRANSFER_FAILED',
      });
      expect(performance.now() - begun).toBeLessThan(5000);
      execFileSync('umount', [join(folder, 'full')]);
      await terminal.close();
    });

    test('a folder below the home directory may be named with a tilde', async ({ guest }) => {
      const name = `.kiln test ${process.pid}`;
      const home = (await guest.exec(`mkdir "$HOME/${name}" && cd && pwd`, { signal: AbortSignal.timeout(5000) }))
        .outputTail;
      const { shown } = await run(guest, { inline: ['echo "$0"'], remote_folder: `~/${name}`, remote_file: 'x.sh' });
      expect(shown).toEqual([`stdout ${home.trim()}/${name}/x.sh`]);
      await rm(join(home.trim(), name), { recursive: true });
    });

    test('a guest without a shell says that one is needed', async () => {
      const sftpOnly = await startSshd([], ['Match all\nForceCommand internal-sftp']);
      const without = await logInTo(sftpOnly);
      await expect(provision(config({ inline: ['true'] }), provisionRun(without))).rejects.toMatchObject({
        code: 'SCRIPT_NOT_WRITTEN',
        hint: expect.stringContaining('POSIX shell') as string,
        outputTail: expect.stringContaining('sftp connections only') as string,
      });
      await without.close();
      await sftpOnly.stop();
    });
  },
);
