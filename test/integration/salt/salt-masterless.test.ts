import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { provisioner } from '../../../provisioners/salt-masterless/index.ts';
import { componentConfig } from '../../support/component-config.ts';
import { serve } from '../../support/kiln/file-server.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { saltDirectory } from '../../support/python/salt.ts';
import { logInTo } from '../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../support/ssh/sshd.ts';
import { processesDuring } from '../../support/kiln/watch-processes.ts';

const cannotRun = lacks(['/usr/sbin/sshd', 'unshare', 'python3', 'git'], true);
const salt = cannotRun ? undefined : saltDirectory();

/** A server on this machine whose sessions have places of their own for what Salt reads and writes. */
describe.skipIf(salt === undefined)('Salt in the guest', { timeout: 90_000 }, () => {
  const places = ['/srv', '/etc/salt', '/var/cache/salt', '/var/log/salt', '/var/run/salt'];
  const made: string[] = [];
  let home: string;
  let work: string;
  let sshd: TestSshd;
  let guest: Communicator;
  const own = (place: string): string => join(home, place.replaceAll('/', '_'));

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'kiln-salt-'));
    for (const place of places) {
      await mkdir(own(place));
      if (existsSync(place)) continue;
      await mkdir(place);
      made.push(place);
    }
    const binds = places.map((place) => `mount --bind ${own(place)} ${place}`).join(' && ');
    const inside = `${binds} && exec sh -c "$SSH_ORIGINAL_COMMAND"`;
    await writeFile(join(home, 'session'), `#!/bin/sh\nexec unshare -m sh -c '${inside}'\n`, { mode: 0o755 });
    // A server of its own: each session has the guest's directories in a name space of its own.
    sshd = await startSshd([], [`ForceCommand ${join(home, 'session')}`]);
    guest = await logInTo(sshd);
  });
  afterAll(async () => {
    await guest.close();
    await sshd.stop();
    for (const place of made) await rmdir(place).catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(async () => {
    work = await mkdtemp(join(home, 'work-'));
    await mkdir(join(work, 'states'));
  });

  function write(name: string, text: string): Promise<void> {
    return writeFile(join(work, name), text);
  }

  async function apply(options: JsonObject = {}): Promise<TestProvisionRun> {
    const all = {
      local_state_tree: join(work, 'states'),
      skip_bootstrap: true,
      salt_bin_dir: salt ?? '',
      temp_config_dir: join(work, 'uploads'),
      log_level: 'warning',
      ...options,
    };
    const run = provisionRun(guest);
    await provisioner.provision(componentConfig('provisioners/salt-masterless', all), run);
    return run;
  }

  test('a highstate with pillar, grains, a template and requisites is applied, and has nothing to do again', async () => {
    const file = join(work, 'result');
    await mkdir(join(work, 'states/app'));
    await mkdir(join(work, 'states/.git'));
    await mkdir(join(work, 'pillar'));
    await write('states/top.sls', "base:\n  '*':\n    - app\n");
    await write(
      'states/app/init.sls',
      `result:\n  file.managed:\n    - name: ${file}\n    - source: salt://app/result.j2\n    - template: jinja\n` +
        `told:\n  cmd.run:\n    - name: echo told > ${work}/told\n    - onchanges:\n      - file: result\n`,
    );
    await write('states/app/result.j2', "{{ pillar['who'] }} {{ grains['role'] }}\n");
    await write('pillar/top.sls', "base:\n  '*':\n    - who\n");
    await write('pillar/who.sls', 'who: me\n');
    await write('grains', 'role: web\n');
    const options = { local_pillar_roots: join(work, 'pillar'), grains_file: join(work, 'grains') };
    await apply(options);
    expect(await readFile(file, 'utf8')).toBe('me web\n');
    expect(await readFile(join(work, 'told'), 'utf8')).toBe('told\n');
    expect((await readdir(join(own('/srv'), 'salt'))).sort()).toEqual(['app', 'top.sls']);
    expect(existsSync(join(work, 'uploads'))).toBe(false);
    await rm(join(work, 'told'));
    const again = await apply(options);
    expect(again.shown.join('\n')).toMatch(/Succeeded: 2\b(?!.*changed=)/);
    expect(existsSync(join(work, 'told'))).toBe(false);
  });

  test('a tree that was there before is replaced', async () => {
    await write('states/one.sls', 'one:\n  test.nop\n');
    const options = { custom_state: 'one', remote_state_tree: join(work, 'remote/states') };
    await apply(options);
    await rm(join(work, 'states/one.sls'));
    await write('states/two.sls', 'two:\n  test.nop\n');
    await apply({ ...options, custom_state: 'two' });
    expect(await readdir(join(work, 'remote/states'))).toEqual(['two.sls']);
  });

  test("a state that fails ends the build with the state's own message", async () => {
    await write(
      'states/bad.sls',
      'fine:\n  test.nop\nbreaks:\n  cmd.run:\n    - name: echo no such thing >&2; exit 3\n',
    );
    await expect(apply({ custom_state: 'bad' })).rejects.toMatchObject({
      code: 'SALT_FAILED',
      message: 'a state failed: breaks (cmd.run): Command "echo no such thing >&2; exit 3" run',
      outputTail: expect.stringContaining('no such thing') as string,
    });
    const run = await apply({ custom_state: 'bad', no_exit_on_failure: true });
    expect(run.said.join('\n')).toContain('going on, as no_exit_on_failure is set');
  });

  test('a state that Salt cannot read ends the build with what Salt says', async () => {
    await write('states/bad.sls', 'x:\n  - {{ nothing\n');
    await expect(apply({ custom_state: 'bad' })).rejects.toMatchObject({
      code: 'SALT_FAILED',
      outputTail: expect.stringMatching(/Rendering SLS|Jinja/) as string,
    });
  });

  test('a minion configuration says where the states are', async () => {
    await write('states/place.sls', `place:\n  file.managed:\n    - name: ${work}/placed\n    - contents: here\n`);
    await write('minion', 'file_client: local\nfile_roots:\n  base:\n    - /srv/salt\nid: configured\n');
    const { shown } = await apply({ custom_state: 'place', minion_config: join(work, 'minion') });
    expect(existsSync(join(work, 'placed'))).toBe(true);
    expect(await readFile(join(own('/etc/salt'), 'minion'), 'utf8')).toContain('id: configured');
    expect(shown.join('\n')).toContain('Succeeded: 1');
    await rm(join(own('/etc/salt'), 'minion'));
  });

  test('a script of this machine installs Salt, with its arguments, and one that fails ends the build', async () => {
    await write('states/nop.sls', 'nop:\n  test.nop\n');
    await write('install.sh', `mkdir -p ${work}/bin && ln -s ${salt ?? ''}/salt-call ${work}/bin/ && echo "got $*"\n`);
    const options = { custom_state: 'nop', skip_bootstrap: false, bootstrap_args: "-X 'stable 3008'" };
    const own = { bootstrap_script: join(work, 'install.sh'), salt_bin_dir: join(work, 'bin') };
    const { shown } = await apply({ ...options, ...own });
    expect(shown).toContain('stdout got -X stable 3008');
    await write('install.sh', 'echo no packages here; exit 9\n');
    await expect(apply({ ...options, ...own })).rejects.toMatchObject({
      code: 'SALT_BOOTSTRAP_FAILED',
      exitStatus: 9,
      message: 'Salt is not installed: the bootstrap script exited with status 9',
      outputTail: 'no packages here\n',
    });
  });

  test('a script that the guest downloads installs Salt from what it was brought, and says when that is not there', async () => {
    const script = 'mkdir -p "$2" && tar -xf "$1" -C "$2"\n';
    const server = await serve((_request, response) => response.end(script));
    await write('states/nop.sls', 'nop:\n  test.nop\n');
    const bin = join(work, 'unpacked');
    const [given, none] = ['salt', 'none'].map((name) => `${join(work, 'uploads/states')}/${name}.tar ${bin}`);
    execFileSync('tar', ['-cf', join(work, 'states/salt.tar'), '-C', salt ?? '', 'salt-call']);
    const options = { custom_state: 'nop', skip_bootstrap: false, bootstrap_url: server.url, salt_bin_dir: bin };
    await apply({ ...options, bootstrap_args: given ?? '' });
    expect(server.requests).toHaveLength(1);
    await expect(apply({ ...options, bootstrap_args: none ?? '' })).rejects.toMatchObject({
      code: 'SALT_BOOTSTRAP_FAILED',
      exitStatus: 2,
      outputTail: expect.stringContaining('none.tar') as string,
    });
  });

  test("pillar values among the arguments are in no list of the guest's processes", async () => {
    const secret = 'hunter2-of-salt-call';
    const file = join(work, 'token');
    await write(
      'states/secret.sls',
      `token:\n  file.managed:\n    - name: ${file}\n    - contents: {{ pillar['token'] }}\nwait:\n  cmd.run:\n    - name: sleep 0.3625\n`,
    );
    const options = { custom_state: 'secret', salt_call_args: `--no-color pillar='{"token": "${secret}"}'` };
    const seen = await processesDuring(() => apply(options));
    expect(await readFile(file, 'utf8')).toBe(`${secret}\n`);
    expect(seen).toContain('sleep 0.3625');
    expect(seen.some((line) => line.includes('salt-call --args-stdin'))).toBe(true);
    expect(seen.filter((line) => line.includes(secret))).toEqual([]);
    expect(existsSync(join(work, 'uploads'))).toBe(false);
  });

  test('a script that cannot be downloaded ends the build, with what to do', async () => {
    const url = 'http://127.0.0.1:1/bootstrap-salt.sh';
    await expect(apply({ skip_bootstrap: false, bootstrap_url: url })).rejects.toMatchObject({
      code: 'SALT_BOOTSTRAP_DOWNLOAD',
      hint: expect.stringContaining('bootstrap_script') as string,
    });
  });

  test('a guest without Salt is told as that', async () => {
    await expect(apply({ salt_bin_dir: join(work, 'nowhere') })).rejects.toMatchObject({ code: 'SALT_MISSING' });
  });

  test('a formula is fetched from its repository at its tag, and is part of the tree', async () => {
    const repository = join(work, 'formula');
    await mkdir(join(repository, 'greet'), { recursive: true });
    const git = (...args: string[]): Buffer =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
    const commit = async (text: string): Promise<void> => {
      const state = `said:\n  file.managed:\n    - name: ${work}/said\n    - contents: ${text}\n`;
      await writeFile(join(repository, 'greet/init.sls'), state);
      git('add', '.');
      git('commit', '-qm', text);
    };
    git('init', '-q');
    await commit('first');
    git('tag', 'v1');
    await commit('second');
    const formulas = [`git::file://${repository}//greet?ref=v1`];
    await apply({ custom_state: 'greet', formulas });
    expect(await readFile(join(work, 'said'), 'utf8')).toBe('first\n');
    await expect(apply({ formulas: [`git::file://${repository}//nothing`] })).rejects.toMatchObject({
      code: 'SALT_FORMULA_FAILED',
      message: expect.stringContaining('has no directory "nothing"') as string,
    });
    await expect(apply({ formulas: [`git::file://${repository}.none//greet`] })).rejects.toMatchObject({
      code: 'SALT_FORMULA_FAILED',
    });
  });
});
