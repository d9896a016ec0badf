import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import type { ProvisionRun } from '../../../plugins/sdk/index.ts';
import { keyValues } from '../../../provisioners/_ansible/key-values.ts';
import { provisioner } from '../../../provisioners/ansible-local/index.ts';
import { componentConfig } from '../../support/component-config.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { provisionRun, type TestProvisionRun } from '../../support/provision-run.ts';
import { processesDuring } from '../../support/kiln/watch-processes.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

describe.skipIf(lacks(['ansible-playbook', '/usr/sbin/sshd'], true))(
  'Ansible in the guest',
  { timeout: 120_000 },
  () => {
    let work: string;
    let staging: string;
    beforeEach(async () => {
      work = await mkdtemp(join(tmpdir(), 'kiln-ansible-local-'));
      staging = join(work, 'in the guest');
    });
    afterEach(() => rm(work, { recursive: true, force: true }));

    async function play(
      guest: Communicator,
      tasks: readonly JsonObject[],
      options: JsonObject = {},
      more: JsonObject = {},
      given: Partial<ProvisionRun> = {},
    ): Promise<TestProvisionRun> {
      await writeFile(join(work, 'site.yml'), JSON.stringify([{ hosts: 'all', gather_facts: false, ...more, tasks }]));
      const all = { playbook_file: join(work, 'site.yml'), staging_directory: staging, ...options };
      const run = provisionRun(guest, given);
      await provisioner.provision(componentConfig('provisioners/ansible-local', all), run);
      return run;
    }

    test('roles, variables and groups arrive, and the playbook sees the build', async ({ guest }) => {
      await mkdir(join(work, 'somewhere/greet/tasks'), { recursive: true });
      const task = { copy: { content: '{{ packer_build_name }} {{ colour }} {{ size }}', dest: join(work, 'out') } };
      await writeFile(join(work, 'somewhere/greet/tasks/main.yml'), JSON.stringify([task]));
      await mkdir(join(work, 'vars'));
      await writeFile(join(work, 'vars/web.yml'), 'colour: blue\n');
      const options = {
        role_paths: [join(work, 'somewhere/greet')],
        group_vars: join(work, 'vars'),
        inventory_groups: ['web'],
        extra_arguments: ["--extra-vars 'size=large'"],
      };
      const { shown } = await play(guest, [], options, { roles: ['greet'] });
      expect(await readFile(join(work, 'out'), 'utf8')).toBe('vm blue large');
      expect(shown.join('\n')).toContain('greet');
      expect((await readdir(staging)).sort()).toEqual(['group_vars', 'kiln-inventory', 'roles', 'site.yml']);
    });

    test('playbooks of a directory run in their order, with what lies beside them', async ({ guest }) => {
      await mkdir(join(work, 'play/sub'), { recursive: true });
      await writeFile(join(work, 'play/text'), 'beside\n');
      const write = (name: string, src: string): Promise<void> =>
        writeFile(
          join(work, 'play', name),
          JSON.stringify([
            { hosts: 'all', gather_facts: false, tasks: [{ copy: { src, dest: join(work, `out-${src.length}`) } }] },
          ]),
        );
      await write('first.yml', 'text');
      await write('sub/second.yml', '../text');
      const run = provisionRun(guest);
      const options = {
        playbook_files: [join(work, 'play/first.yml'), join(work, 'play/sub/second.yml')],
        playbook_dir: join(work, 'play'),
        staging_directory: staging,
        clean_staging_directory: true,
      };
      await provisioner.provision(componentConfig('provisioners/ansible-local', options), run);
      expect(run.said.filter((line) => line.startsWith('running'))).toEqual([
        'running playbook: first.yml',
        'running playbook: sub/second.yml',
      ]);
      expect(await readFile(join(work, 'out-7'), 'utf8')).toBe('beside\n');
      expect(existsSync(staging)).toBe(false);
    });

    test('an inventory of the template is used', async ({ guest }) => {
      await writeFile(join(work, 'hosts'), '[app]\nmine x=1\n');
      const { shown } = await play(guest, [{ debug: { msg: '{{ group_names }} {{ x }}' } }], {
        inventory_file: join(work, 'hosts'),
      });
      expect(shown.join('\n')).toMatch(/\['app'\] 1/);
    });

    test('a task that fails ends the build with its name, and the staging directory goes all the same', async ({
      guest,
    }) => {
      const tasks = [{ name: 'break', command: 'sh -c "echo it broke; exit 7"' }];
      await expect(play(guest, tasks, { clean_staging_directory: true })).rejects.toMatchObject({
        code: 'ANSIBLE_FAILED',
        exitStatus: 2,
        message: 'playbook site.yml failed at the task "break"',
        outputTail: expect.stringContaining('it broke') as string,
      });
      expect(existsSync(staging)).toBe(false);
    });

    test('a guest without Ansible is told as that, with what to do', async ({ guest }) => {
      await expect(play(guest, [], { command: 'no-such-ansible' })).rejects.toMatchObject({
        code: 'ANSIBLE_MISSING',
        message: 'the guest has no Ansible',
      });
    });

    test('requirements from an offline source are installed in the guest', async ({ guest }) => {
      const role = join(work, 'source/offline');
      await mkdir(join(role, 'tasks'), { recursive: true });
      await mkdir(join(role, 'meta'));
      const info = 'galaxy_info: {author: me, description: d, license: MIT, min_ansible_version: "2.9"}\n';
      await writeFile(join(role, 'meta/main.yml'), info);
      await writeFile(join(role, 'tasks/main.yml'), '- ansible.builtin.debug: {msg: from the role}\n');
      const packed = join(work, 'offline.tar.gz');
      await guest.exec(`tar czf '${packed}' -C '${join(work, 'source')}' offline`, {
        signal: AbortSignal.timeout(9000),
      });
      await writeFile(join(work, 'req.yml'), `roles:\n  - src: file://${packed}\n    name: offline\n`);
      const { shown } = await play(guest, [], { galaxy_file: join(work, 'req.yml') }, { roles: ['offline'] });
      expect(shown.join('\n')).toContain('from the role');
      await writeFile(join(work, 'req.yml'), `roles:\n  - src: file://${packed}.none\n    name: none\n`);
      await expect(play(guest, [], { galaxy_file: join(work, 'req.yml') })).rejects.toMatchObject({
        code: 'ANSIBLE_GALAXY_FAILED',
      });
    });

    test("secrets are in no list of the guest's processes while a play runs, and are gone with it", async ({
      guest,
    }) => {
      const secret = 'hunter2-of-ansible-local';
      const dest = join(work, 'out');
      const tasks = [
        { copy: { content: '{{ token }} {{ more.key }} {{ other }}', dest } },
        { wait_for: { timeout: 1 } },
      ];
      const options = {
        command: `ANSIBLE_OF_THIS_TEST='${secret}' ansible-playbook`,
        extra_arguments: [
          `-e 'token="${secret} with blanks"'`,
          `--extra-vars='{"more": {"key": "${secret}"}}'`,
          `-e other=${secret}`,
        ],
      };
      const seen = await processesDuring(() => play(guest, tasks, options));
      expect(await readFile(dest, 'utf8')).toBe(`${secret} with blanks ${secret} ${secret}`);
      expect(seen.some((line) => line.includes('ansible-playbook site.yml'))).toBe(true);
      expect(seen.filter((line) => line.includes(secret))).toEqual([]);
      expect((await readdir(staging)).sort()).toEqual(['kiln-inventory', 'site.yml']);
    });

    test('variables that were read here are those that Ansible would read', () => {
      const pieces = [
        'a',
        'b',
        '=',
        ' ',
        '  ',
        `"`,
        `'`,
        '\\',
        '\\n',
        'x=1',
        `k="v w"`,
        `p='q  r'`,
        '\\u00e9',
        '{',
        '}}',
        'é',
      ];
      let seed = 7;
      const next = (below: number): number => ((seed = (seed * 16_807) % 2_147_483_647), seed % below);
      const piece = (): string => pieces[next(pieces.length)] ?? '';
      const texts = Array.from({ length: 3000 }, () =>
        Array.from({ length: 1 + next(10) }, piece)
          .join('')
          .trimStart(),
      );
      const read = [
        'import json, sys',
        'from ansible.parsing.splitter import parse_kv',
        'def read(text):',
        '    try: return parse_kv(text)',
        '    except Exception: return None',
        'print(json.dumps([read(text) for text in json.load(sys.stdin)]))',
      ].join('\n');
      const theirs = JSON.parse(
        execFileSync('/usr/bin/python3', ['-c', read], { input: JSON.stringify(texts), encoding: 'utf8' }),
      ) as unknown[];
      const known = texts
        .map((text, index) => [text, keyValues(text), theirs[index]] as const)
        .filter(([, ours]) => ours);
      expect(known.length).toBeGreaterThan(500);
      expect(known.filter(([, ours, their]) => JSON.stringify(ours) !== JSON.stringify(their))).toEqual([]);
    });

    test('a cancel ends the playbook in the guest', async ({ guest }) => {
      const controller = new AbortController();
      const output: ProvisionRun['output'] = (_stream, line) => {
        if (line.includes('TASK [hang]')) setTimeout(() => controller.abort(), 500);
      };
      const tasks = [{ name: 'hang', command: 'sleep 47.125' }];
      await expect(play(guest, tasks, {}, {}, { signal: controller.signal, output })).rejects.toBeInstanceOf(
        CancelledError,
      );
      const isRunning = async (): Promise<string> =>
        (await guest.exec('pgrep -fx "sleep 47.125" || true', { signal: AbortSignal.timeout(9000) })).outputTail;
      await expect.poll(isRunning, { timeout: 15_000 }).toBe('');
    });
  },
);
