import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import { command, directory, path, place as kilnPlace } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { nullBuilder, sshdMissing, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
import { debianPlugins, withPlugins } from './debian-plugins.ts';

const test = testWithSshd();
const run = promisify(execFile);

interface Case {
  readonly builder: object;
  readonly provisioners?: readonly object[];
  readonly 'post-processors'?: readonly (object | readonly object[])[];
}

/** A template for the directory in which it is run, and in which all that it makes is. */
type MakeCase = (sshd: TestSshd, place: string) => Case;

function templateOf({ builder, ...rest }: Case): object {
  return { builders: [{ ...builder, name: 'web' }], ...rest };
}

const aFile = { type: 'file', target: 'out/made.txt', content: 'made\n' };

const templates: Readonly<Record<string, MakeCase>> = {
  'shell, over SSH': (sshd, place) => ({
    builder: nullBuilder(sshd),
    provisioners: [
      {
        type: 'shell',
        environment_vars: ['WHERE={{user `where`}}'],
        inline: [
          `echo "$WHERE $PACKER_BUILD_NAME" > ${place}/out/shell.txt`,
          'echo said',
          'echo complained >&2',
          'exit 4',
        ],
        valid_exit_codes: [4],
      },
    ],
  }),
  'shell with a text of its own, which has names that only it knows': (sshd, place) => ({
    builder: nullBuilder(sshd),
    provisioners: [
      {
        type: 'shell',
        inline: [`echo "$A" > ${place}/out/own.txt`],
        environment_vars: ['A=b'],
        execute_command: 'chmod +x {{.Path}}; env {{.Vars}} {{.Path}}',
      },
    ],
  }),
  'file, both ways': (sshd, place) => ({
    builder: nullBuilder(sshd),
    provisioners: [
      { type: 'file', source: 'in/text', destination: `${place}/out/text` },
      { type: 'file', source: 'in/tree', destination: `${place}/out` },
      { type: 'file', source: 'in/tree/', destination: `${place}/out/contents` },
      { type: 'file', source: `${place}/in/text`, destination: 'out/down/', direction: 'download' },
    ],
  }),
  'shell-local': () => ({
    builder: aFile,
    provisioners: [
      { type: 'shell-local', inline: ['echo {{user `where`}} $PACKER_BUILDER_TYPE | sed s/deb-// > out/local.txt'] },
    ],
  }),
  'ansible, through its own proxy': (sshd, place) => ({
    builder: nullBuilder(sshd),
    provisioners: [
      {
        type: 'ansible',
        playbook_file: 'in/play.yml',
        user: 'root',
        extra_arguments: ['-e', `place=${place}`],
        // The proxy of Packer 1.6 has an RSA key with SHA-1 and an old scp, which today's clients take only when told to.
        ansible_env_vars: [
          'ANSIBLE_SSH_ARGS=-oHostKeyAlgorithms=+ssh-rsa -oPubkeyAcceptedAlgorithms=+ssh-rsa',
          'ANSIBLE_SSH_TRANSFER_METHOD=piped',
        ],
      },
    ],
  }),
  'checksum, compress, manifest and shell-local': () => ({
    builder: aFile,
    'post-processors': [
      { type: 'checksum', checksum_types: ['md5', 'sha512'], output: 'out/sum.{{.ChecksumType}}' },
      { type: 'compress', output: 'out/{{.BuildName}}.tar.gz', keep_input_artifact: true },
      { type: 'manifest', output: 'out/manifest.json', strip_time: true, keep_input_artifact: true },
      { type: 'shell-local', inline: ['ls out | sort > out/listed.txt'], keep_input_artifact: true },
    ],
  }),
  artifice: () => ({
    builder: aFile,
    'post-processors': [
      [
        { type: 'shell-local', inline: ['echo other > out/other'] },
        { type: 'artifice', files: ['out/other'] },
        { type: 'checksum', checksum_types: ['sha1'], output: 'out/other.{{.ChecksumType}}' },
      ],
    ],
  }),
};

function prepare(place: string): void {
  mkdirSync(join(place, 'in/tree/deep'), { recursive: true });
  mkdirSync(join(place, 'out/contents'), { recursive: true });
  mkdirSync(join(place, 'out/down'));
  writeFileSync(join(place, 'in/text'), 'text');
  writeFileSync(join(place, 'in/tree/deep/leaf'), 'leaf');
  const task = { copy: { content: 'by ansible', dest: '{{ place }}/out/ansible.txt' } };
  writeFileSync(join(place, 'in/play.yml'), JSON.stringify([{ hosts: 'all', gather_facts: false, tasks: [task] }]));
}

/** What is in `out`: of archives and of what has a time in it, only that it is there. */
function madeIn(place: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(place, 'out'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const content = /gz$|manifest/.test(entry.name) ? 'there' : readFileSync(file, 'utf8');
      return [relative(place, file), content.replaceAll('deb-', '')];
    }),
  );
}

interface Built {
  readonly code: number;
  readonly output: string;
}

/** Builds a template where it makes what it makes. */
async function build(
  [program, ...args]: readonly [string, ...string[]],
  template: object,
  place: string,
  env: NodeJS.ProcessEnv,
): Promise<Built> {
  writeFileSync(join(place, 't.json'), JSON.stringify(template));
  const given = [...args, join(place, 't.json')];
  return run(program, given, { cwd: place, env }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    },
  );
}

describe.skipIf(lacks(['packer', 'ansible-playbook']) || sshdMissing())(
  'what Packer does with its own components',
  { timeout: 120_000 },
  () => {
    let plugins: string | undefined;

    test.for(Object.entries(templates))('Kiln does with them as plugins: %s', async ([name, make], { sshd }) => {
      plugins ??= debianPlugins(directory);
      const places = ['packer', 'kiln'].map((tool) => path(`${name.replaceAll(/\W+/g, '-')}-${tool}`)) as [
        string,
        string,
      ];
      for (const place of places) prepare(place);
      const [theirs, ours] = places;
      const variables = { where: 'here' };
      const packerEnv = { ...process.env, CHECKPOINT_DISABLE: '1' };
      const packer = await build(
        ['packer', 'build'],
        { variables, ...templateOf(make(sshd, theirs)) },
        theirs,
        packerEnv,
      );
      expect([packer.code, packer.output]).toEqual([0, packer.output]);
      const template = { ...withPlugins(templateOf(make(sshd, ours))), variables };
      const { env } = kilnPlace({ PACKER_PLUGIN_PATH: plugins });
      const kiln = await build(command(['build', '-color=false']), template, ours, env);
      expect([kiln.code, kiln.output]).toEqual([0, kiln.output]);
      expect(Object.keys(madeIn(theirs)).length).toBeGreaterThan(0);
      expect(madeIn(ours)).toEqual(madeIn(theirs));
    });
  },
);
