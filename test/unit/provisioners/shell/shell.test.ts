import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ExecOptions } from '../../../../core/contract/communicator.ts';
import type { ShellProvisionerConfig } from '../../../../provisioners/shell/config.gen.ts';
import { provision } from '../../../../provisioners/shell/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { localGuest } from '../../../support/ssh/local-guest.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { processesDuring } from '../../../support/kiln/watch-processes.ts';

let directory: string;
let folder: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-shell-'));
  folder = join(directory, "guest's tmp");
  await mkdir(folder);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function config(given: Partial<ShellProvisionerConfig>): ShellProvisionerConfig {
  const options = { remote_folder: folder, start_retry_timeout: '1s' };
  return { ...componentConfig<ShellProvisionerConfig>('provisioners/shell', options), ...given };
}

const shells = ['/bin/dash', '/bin/bash', '/bin/busybox', '/bin/csh', '/bin/zsh'];

/** busybox is told by its first argument what to be. */
async function loginShell(shell: string): Promise<string> {
  if (shell !== '/bin/busybox') return shell;
  const path = join(directory, 'login-sh');
  await writeFile(path, '#!/bin/busybox sh\nexec /bin/busybox sh "$@"\n', { mode: 0o755 });
  return path;
}

describe.each(shells)('with the login shell %s', (name) => {
  test('a script runs with its variables in one command, and is gone', async () => {
    const guest = localGuest({ shell: await loginShell(name) });
    const run = provisionRun(guest);
    const given = { inline: [`printf '%s\\n' "$ONE" "$TWO" "$PACKER_BUILD_NAME"`, 'cat'] };
    await provision(config({ ...given, environment_vars: ['ONE=it\'s "$HOME" `x`'], env: { TWO: 'a\nb' } }), run);
    expect(run.shown).toEqual(['stdout it\'s "$HOME" `x`', 'stdout a', 'stdout b', 'stdout vm']);
    expect(guest.commands).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a template's own command runs in it", async () => {
    const guest = localGuest({ shell: await loginShell(name) });
    const run = provisionRun(guest);
    const execute_command = `env {{ .Vars }} sh "{{ .Path }}"`;
    await provision(
      config({ inline: ['echo "$PACKER_BUILD_NAME"', 'exit 3'], execute_command, valid_exit_codes: [3] }),
      run,
    );
    expect(run.shown).toEqual(['stdout vm']);
    expect(guest.commands).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** What the guest writes when the script is about to run. */
function readyMark(command: string): string {
  return /kiln-ready-[-0-9a-f]+/.exec(command)?.[0] ?? '';
}

describe('the shell provisioner', () => {
  test.each<[string, Partial<ShellProvisionerConfig>, boolean]>([
    ['by itself', {}, false],
    ['in a terminal', {}, true],
    ["by the template's command", { execute_command: '{{.Vars}} sh "{{.Path}}"' }, false],
    ["by the template's command in a terminal", { execute_command: '{{.Vars}} sh "{{.Path}}"' }, true],
    ['with a file of variables', { use_env_var_file: true, remote_folder: '/tmp' }, false],
  ])('variables of a script that is run %s are in no list of processes', async (_how, given, terminal) => {
    const guest = localGuest({ terminal });
    const run = provisionRun(guest);
    const inline = ['echo "$TOKEN"', 'sleep 0.2625'];
    const options = config({ inline, env: { TOKEN: 'hunter2-of-shell' }, ...given });
    const seen = await processesDuring(() => provision(options, run));
    expect(run.shown).toEqual(['stdout hunter2-of-shell']);
    expect(seen).toContain('sleep 0.2625');
    expect(seen.filter((line) => line.includes('hunter2-of-shell'))).toEqual([]);
    expect(guest.commands.join('\n')).not.toContain('hunter2-of-shell');
    expect(await readdir(folder)).toEqual([]);
  });

  test('a command with variables in it is not left in the guest, also where the script is', async () => {
    const execute_command = '{{.Vars}} sh "{{.Path}}"';
    await provision(config({ inline: ['true'], execute_command, skip_clean: true }), provisionRun(localGuest()));
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^script_/)]);
  });

  test('fails with the status, the last output and the name of the script', async () => {
    const script = join(directory, 'three.sh');
    await writeFile(script, '#!/bin/sh\necho last words >&2\nexit 3\n');
    const failed = provision(config({ script }), provisionRun(localGuest()));
    await expect(failed).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      message: `script ${script} exited with status 3 (expected 0)`,
      exitStatus: 3,
      outputTail: 'last words\n',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('stops at the first script that fails', async () => {
    const marker = join(directory, 'marker');
    await writeFile(join(directory, 'one.sh'), 'exit 1\n');
    await writeFile(join(directory, 'two.sh'), `touch ${marker}\n`);
    const scripts = [join(directory, 'one.sh'), join(directory, 'two.sh')];
    await expect(provision(config({ scripts }), provisionRun(localGuest()))).rejects.toThrow('status 1');
    expect(await readdir(directory)).not.toContain('marker');
  });

  test('never runs half a script when the connection breaks while it is sent', async () => {
    const marker = join(directory, 'marker');
    const inline = [`touch ${marker}`, ...Array.from({ length: 50 }, () => 'true')];
    const broken = provision(config({ inline }), provisionRun(localGuest({ cutAfter: 200 })));
    await expect(broken).rejects.toMatchObject({ code: 'SCRIPT_NOT_WRITTEN' });
    expect(await readdir(directory)).not.toContain('marker');
    expect(await readdir(folder)).toEqual([]);
  });

  test('says why a script cannot be written', async () => {
    const failed = provision(
      config({ inline: ['true'], remote_folder: join(directory, 'no') }),
      provisionRun(localGuest()),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'SCRIPT_NOT_WRITTEN',
      outputTail: expect.stringMatching(/nonexistent|No such file/) as string,
    });
  });

  test('turns Windows line ends into those of Unix, unless told not to', async () => {
    const run = provisionRun(localGuest());
    await provision(config({ inline: ['echo one\r', 'echo two\r'] }), run);
    expect(run.shown).toEqual(['stdout one', 'stdout two']);
    const script = join(directory, 'binary');
    await writeFile(script, '#!/bin/sh\nprintf "a\r\n" | wc -c\n');
    const binary = provisionRun(localGuest());
    await provision(config({ script, binary: true }), binary);
    expect(binary.shown).toEqual(['stdout 3']);
  });

  test('puts variables in a file when asked to, and removes it', async () => {
    const run = provisionRun(localGuest());
    const execute_command = `. "{{.EnvVarFile}}" && sh "{{.Path}}" "[{{.Vars}}]"`;
    const given = { inline: ['#!/bin/sh', 'echo "$A $1"'], env: { A: "it's" }, execute_command };
    await provision(config({ ...given, use_env_var_file: true }), run);
    expect(run.shown).toEqual(["stdout it's []"]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('the default command with a variable file runs the script with them', async () => {
    const remote_folder = join(directory, 'plain');
    await mkdir(remote_folder);
    const run = provisionRun(localGuest());
    await provision(config({ inline: ['echo "$A"'], env: { A: 'x' }, use_env_var_file: true, remote_folder }), run);
    expect(run.shown).toEqual(['stdout x']);
    expect(await readdir(remote_folder)).toEqual([]);
  });

  test('leaves the script there with skip_clean, at the path that was asked for', async () => {
    const remote_path = join(folder, 'mine.sh');
    await provision(config({ inline: ['true'], skip_clean: true, remote_path }), provisionRun(localGuest()));
    expect(await readFile(remote_path, 'utf8')).toBe('#!/bin/sh -e\ntrue\n');
  });

  test('sends the script first to a guest whose commands have a terminal', async () => {
    const run = provisionRun(localGuest({ terminal: true }));
    await provision(config({ inline: ['echo "$PACKER_BUILD_NAME"'], remote_folder: directory }), run);
    expect(run.shown).toEqual(['stdout vm']);
    expect((await readdir(directory)).filter((name) => name.endsWith('.sh'))).toEqual([]);
  });

  test('a connection that ends is a failure, unless it is expected', async () => {
    const guest = {
      ...localGuest(),
      exec: (command: string, { onLine }: ExecOptions) => {
        onLine?.('stderr', readyMark(command));
        return Promise.resolve({ exitStatus: undefined, disconnected: true, outputTail: '' });
      },
    };
    await expect(provision(config({ inline: ['reboot'] }), provisionRun(guest))).rejects.toMatchObject({
      code: 'SCRIPT_DISCONNECTED',
      hint: expect.stringContaining('expect_disconnect') as string,
    });
    await provision(config({ inline: ['reboot'], expect_disconnect: true, skip_clean: true }), provisionRun(guest));
    await provision(
      config({ inline: ['reboot'], valid_exit_codes: [0, 2300218], skip_clean: true }),
      provisionRun(guest),
    );
  });

  test('waits for a guest that restarts, and removes the script then', async () => {
    const calls: string[] = [];
    const guest = {
      ...localGuest(),
      exec: (command: string, { onLine }: ExecOptions) => {
        onLine?.('stderr', readyMark(command));
        calls.push(readyMark(command) === '' ? 'clean' : 'run');
        return Promise.resolve({
          exitStatus: calls.length > 1 ? 0 : undefined,
          disconnected: calls.length === 1,
          outputTail: '',
        });
      },
      reconnect: () => Promise.resolve(void calls.push('reconnect')),
    };
    await provision(config({ inline: ['reboot'], expect_disconnect: true }), provisionRun(guest));
    expect(calls).toEqual(['run', 'reconnect', 'clean']);
  });
});
