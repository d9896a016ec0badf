import { describe, expect, test } from 'vitest';
import { missingPrograms } from '../../../../../core/cli/set-up/missing-programs.ts';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { planTemplate } from '../../../../support/kiln/plan-template.ts';

/** Names of the programs that a build lacks on a machine that has none. */
async function missing(template: JsonObject): Promise<readonly string[]> {
  const { plan, diagnostics } = await planTemplate({ builders: [{ type: 'null', communicator: 'none' }], ...template });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (plan === undefined) throw new Error('no plan');
  return missingPrograms(plan, () => undefined)
    .map(({ program }) => program)
    .sort();
}

const guest = { type: 'null', ssh_host: '127.0.0.1', ssh_username: 'root', ssh_password: 'x' };
const playbook = 'package.json';

function ansible(options: JsonObject): JsonObject {
  return { builders: [guest], provisioners: [{ type: 'ansible', playbook_file: playbook, ...options }] };
}

describe('ansible', () => {
  test('asks for what it calls, and for galaxy only with a galaxy_file', async () => {
    expect(await missing(ansible({}))).toEqual(['ansible-playbook', 'ssh']);
    expect(await missing(ansible({ galaxy_file: playbook }))).toEqual(['ansible-galaxy', 'ansible-playbook', 'ssh']);
  });

  test('asks for its own command', async () => {
    const own = { command: '/opt/ansible/play', galaxy_file: playbook, galaxy_command: './galaxy' };
    expect(await missing(ansible(own))).toEqual(['./galaxy', '/opt/ansible/play', 'ssh']);
  });

  test.each<readonly [JsonObject, readonly string[]]>([
    [{ extra_arguments: ['-e', 'id={{ build `ID` }}'] }, ['ansible-playbook', 'ssh']],
    [{ command: './play', extra_arguments: ['-e', 'id={{ build `ID` }}'] }, ['./play', 'ssh']],
    [{ command: '{{ build `ID` }}/play' }, ['ssh']],
    [{ galaxy_file: playbook, galaxy_command: '{{ build `ID` }}/galaxy' }, ['ansible-playbook', 'ssh']],
  ])('asks by what is known before the build runs: %j', async (options, programs) => {
    expect(await missing(ansible(options))).toEqual(programs);
  });

  test('does not ask for what is looked for on a PATH of its own', async () => {
    expect(await missing(ansible({ ansible_env_vars: ['PATH=/opt/ansible/bin:/usr/bin'] }))).toEqual([]);
  });
});

describe('compress', () => {
  const compress = (output: string, format = ''): JsonObject => ({
    'post-processors': [{ type: 'compress', output, format }],
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['out.tar.xz', '', ['xz']],
    ['out.lz4', '', ['lz4']],
    ['out', 'bz2', ['bzip2']],
    ['out.tar.gz', '', []],
    ['{{ .BuildName }}.xz', '', ['xz']],
    ['{{ build `ID` }}.xz', '', ['xz']],
    ['out', '{{ build `ID` }}', []],
  ])('asks for the program of %s with the format "%s"', async (output, format, programs) => {
    expect(await missing(compress(output, format))).toEqual(programs);
  });
});

test('the provisioner that runs after an error has programs, too', async () => {
  const cleanup = { type: 'ansible', playbook_file: playbook, command: './after' };
  expect(await missing({ builders: [guest], 'error-cleanup-provisioner': cleanup })).toEqual(['./after', 'ssh']);
});

describe('amazon-import', () => {
  const steps = (options: JsonObject): JsonObject => ({
    'post-processors': [{ type: 'amazon-import', region: 'us-east-1', ...options }],
  });

  test('asks for qemu-img where blocks are put one by one, as far as that is known', async () => {
    expect(await missing(steps({}))).toEqual(['qemu-img']);
    expect(await missing(steps({ s3_bucket_name: 'b' }))).toEqual([]);
    expect(await missing(steps({ s3_bucket_name: '{{ build `ID` }}' }))).toEqual([]);
  });
});

describe('salt-masterless', () => {
  test('asks for git with formulas only', async () => {
    const salt = (options: JsonObject): JsonObject => ({
      builders: [guest],
      provisioners: [{ type: 'salt-masterless', local_state_tree: 'test', ...options }],
    });
    expect(await missing(salt({}))).toEqual([]);
    expect(await missing(salt({ formulas: ['https://example.com/f.git//init'] }))).toEqual(['git']);
  });
});

describe('SSH', () => {
  test.each<readonly [JsonObject, readonly string[]]>([
    [{}, []],
    [{ ssh_backend: 'openssh' }, ['ssh']],
    [{ ssh_config_file: playbook }, ['ssh']],
    [{ ssh_host: '', communicator: 'none', ssh_backend: 'openssh' }, []],
  ])('asks for OpenSSH where the options want it: %j', async (options, programs) => {
    expect(await missing({ builders: [{ ...guest, ...options }] })).toEqual(programs);
  });
});

describe('qemu', () => {
  const qemu = (options: JsonObject): JsonObject => ({
    builders: [{ type: 'qemu', iso_url: 'x.img', iso_checksum: 'none', ssh_username: 'root', ...options }],
  });

  test.each<readonly [JsonObject, readonly string[]]>([
    [{}, ['qemu-img', 'qemu-system-x86_64']],
    [{ vtpm: true }, ['qemu-img', 'qemu-system-x86_64', 'swtpm']],
    [{ iso_url: 'x.img.xz' }, ['qemu-img', 'qemu-system-x86_64', 'xz']],
    [{ iso_url: 'x.tar.bz2' }, ['bzip2', 'qemu-img', 'qemu-system-x86_64', 'tar']],
    [{ iso_url: 'x.tgz' }, ['qemu-img', 'qemu-system-x86_64', 'tar']],
    [{ cd_content: { a: 'b' } }, ['qemu-img', 'qemu-system-x86_64', 'xorriso']],
    [{ floppy_content: { a: 'b' } }, ['mcopy', 'mformat', 'qemu-img', 'qemu-system-x86_64']],
  ])('asks for what the options call: %j', async (options, programs) => {
    expect(await missing(qemu(options))).toEqual(programs);
  });
});

test('a program that does as well is enough', async () => {
  const { plan } = await planTemplate({
    builders: [{ type: 'qemu', iso_url: 'x.img', iso_checksum: 'none', ssh_username: 'root', cd_content: { a: 'b' } }],
  });
  if (plan === undefined) throw new Error('no plan');
  const there = ['genisoimage', 'qemu-img', 'qemu-system-x86_64'];
  const find = (program: string): string | undefined => (there.includes(program) ? `/usr/bin/${program}` : undefined);
  expect(missingPrograms(plan, find)).toEqual([]);
});
