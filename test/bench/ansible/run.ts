/**
 * A play of 30 tasks beside Packer's ansible provisioner: `node test/bench/ansible/run.ts [ROUNDS]`. Both have a null
 * builder and the same real sshd on loopback, and run the same ansible-playbook; Packer with its proxy, as it does
 * unless told otherwise, and Kiln without and with its own. Figures are whole runs of the command lines.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nullBuilder, startSshd } from '../../support/ssh/sshd.ts';
import { compare, type Contender } from '../paired.ts';

const TASKS = 30;

const root = join(import.meta.dirname, '../../..');
const work = mkdtempSync(join(tmpdir(), 'kiln-bench-ansible-'));
const target = join(work, 'target');
mkdirSync(join(work, 'home'));
// What shells read in the home directory is nobody's figure. A log would not be taken while a contender runs, and hold sshd up.
const sshd = await startSshd(['LogLevel QUIET', `SetEnv HOME=${work}/home`, 'MaxStartups 100']);

const kinds = [
  (count: number) => ({ copy: { content: `text ${count}\n`, dest: `${target}/copied-${count}` } }),
  (count: number) => ({ command: `touch ${target}/touched-${count}` }),
  (count: number) => ({ file: { path: `${target}/made-${count}`, state: 'directory' } }),
] as const;
const tasks = Array.from({ length: TASKS }, (_, count) => kinds[count % kinds.length]?.(count));
const vars = { ansible_python_interpreter: '/usr/bin/python3' };
writeFileSync(join(work, 'site.yml'), JSON.stringify([{ hosts: 'all', gather_facts: false, vars, tasks }]));

function baker(name: string, program: string, options: object): Contender {
  const template = join(work, `${name.replaceAll(' ', '-')}.json`);
  const builder = nullBuilder(sshd);
  const provisioner = { type: 'ansible', playbook_file: join(work, 'site.yml'), ...options };
  writeFileSync(template, JSON.stringify({ builders: [builder], provisioners: [provisioner] }));
  return {
    name,
    program,
    args: ['build', '-color=false', template],
    cwd: work,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: join(work, 'cache') },
    prepare: () => {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
    },
  };
}

/** Throws when the last of the contenders did not do everything. */
function check(): void {
  const count = readdirSync(target).length;
  if (count !== TASKS) throw new Error(`${count} of ${TASKS} tasks did what they should`);
}

// Packer 1.6's proxy signs with SHA-1, which OpenSSH does no more unless told, and knows the old protocol of scp alone.
const packerOptions = {
  user: 'root',
  extra_arguments: ['--scp-extra-args=-O'],
  ansible_ssh_extra_args: ['-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedAlgorithms=+ssh-rsa -o IdentitiesOnly=yes'],
};
const rounds = Number(process.argv[2] ?? 3);
const packer = baker('packer', 'packer', packerOptions);
const kiln = join(root, 'kiln');
try {
  compare('30 tasks', baker('kiln', kiln, {}), packer, rounds, 0.8);
  check();
  compare('30 tasks', baker('kiln with its proxy', kiln, { use_proxy: true }), packer, rounds, 1);
  check();
} finally {
  await sshd.stop();
  rmSync(work, { recursive: true, force: true });
}
