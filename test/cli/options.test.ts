import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { command, directory, file, place } from './run-kiln.ts';

/** What is shipped, and what it is made from. */
const programs = [
  ['the bundle', command([])],
  [
    'the sources',
    [join(import.meta.dirname, '../../.kiln/node/node'), join(import.meta.dirname, '../../core/cli/main.ts')],
  ],
] as const;

const guest = { ssh_host: 'h', ssh_username: 'u', ssh_password: 'p' };
const disk = { iso_url: 'disk', iso_checksum: 'none', ssh_username: 'u' };
const amazon = {
  region: 'us-east-1',
  source_ami: 'ami-1',
  instance_type: 't3.small',
  ssh_username: 'u',
  ami_name: 'name',
};

/** Options by the name of their build, and the codes of what is wrong with them. */
const builders: readonly (readonly [string, object, readonly string[]])[] = [
  ['micro', { type: 'qemu', ...disk, boot_command: ['<wait5µs><wait1μs>'], boot_wait: '5µs' }, []],
  ['potatoes', { type: 'qemu', ...disk, boot_wait: '5potatoes' }, ['OPTION_DURATION']],
  [
    'emptied',
    { type: 'qemu', ...disk, format: '', accelerator: '', disk_size: 0, cpus: 0, vm_name: '', iso_urls: [] },
    [],
  ],
  ['firmware', { type: 'qemu', ...disk, firmware: '', vnc_password: '', tpm_device_type: '', http_directory: '' }, []],
  ['hostfwd', { type: 'qemu', ...disk, skip_nat_mapping: true }, []],
  ['resize', { type: 'qemu', ...disk, skip_resize_disk: true }, ['QEMU_SKIP_RESIZE']],
  ['resized', { type: 'qemu', ...disk, skip_resize_disk: true, disk_image: true }, []],
  ['keypair', { type: 'qemu', ...disk, ssh_keypair_name: 'vagrant' }, []],
  ['null', { type: 'null', ...guest, ssh_keypair_name: 'vagrant' }, []],
  ['hello', { type: 'null', ssh_host: 'h', ssh_username: 'u', ssh_private_key_file: 'hello' }, ['SSH_KEY_MALFORMED']],
  [
    'public',
    { type: 'null', ssh_host: 'h', ssh_username: 'u', ssh_private_key_file: 'key.pub' },
    ['SSH_KEY_MALFORMED'],
  ],
  ['private', { type: 'null', ssh_host: 'h', ssh_username: 'u', ssh_private_key_file: 'key' }, []],
  [
    'jump',
    { type: 'null', ...guest, ssh_bastion_host: 'j', ssh_bastion_private_key_file: 'hello' },
    ['SSH_KEY_MALFORMED'],
  ],
  [
    'interface',
    { type: 'amazon-ebs', ...amazon, ssh_interface: '', shutdown_behavior: '', tenancy: '', deprecate_at: '' },
    [],
  ],
  [
    'metadata',
    { type: 'amazon-ebs', ...amazon, metadata_options: { http_tokens: '', http_put_response_hop_limit: 0 } },
    [],
  ],
  ['host', { type: 'amazon-ebs', ...amazon, placement: { tenancy: 'dedicated', host_id: '' } }, []],
  ['hosts', { type: 'amazon-ebs', ...amazon, placement: { host_id: '', host_resource_group_arn: '' } }, []],
  [
    'reserved',
    { type: 'amazon-ebs', ...amazon, capacity_reservation_id: '', capacity_reservation_preference: 'none' },
    [],
  ],
  ['role', { type: 'amazon-ebs', ...amazon, assume_role: { role_arn: '' }, vault_aws_engine: {} }, []],
  ['windows', { type: 'amazon-ebs', ...amazon, communicator: 'winrm', winrm_username: 'a', ssh_keypair_name: '' }, []],
  ['unnamed', { type: 'amazon-ebs', ...amazon, ami_name: '' }, ['OPTION_MISSING']],
  [
    'typo',
    { type: 'qemu', iso_ulr: 'disk', iso_checksun: 'none', ssh_usernam: 'u' },
    Array<string>(3).fill('OPTION_UNKNOWN'),
  ],
];

const provisioners: readonly (readonly [string, object, readonly string[]])[] = [
  ['sleeps', { type: 'sleep', duration: '5µs' }, []],
  ['at once', { type: 'sleep', duration: '0s' }, []],
  ['salted', { type: 'salt-masterless', local_state_tree: 'tree', guest_os_type: 'Unix', log_level: '' }, []],
  ['windowed', { type: 'salt-masterless', local_state_tree: 'tree', guest_os_type: 'Windows' }, ['OPTION_NOT_ALLOWED']],
  ['alias', { type: 'ansible', playbook_file: 'hello', host_alias: '' }, []],
  ['two words', { type: 'ansible', playbook_file: 'hello', host_alias: 'a b' }, ['OPTION_PATTERN']],
  [
    'scripts',
    { type: 'shell', inline: ['x'], execute_command: '', valid_exit_codes: [], start_retry_timeout: '0s' },
    [],
  ],
];

const postProcessors: readonly (readonly [string, object, readonly string[]])[] = [
  ['dotted', { type: 'compress', format: '.gz', output: 'a' }, []],
  ['twice', { type: 'compress', format: '.tar.gz', output: '' }, []],
  ['rar', { type: 'compress', format: 'rar' }, ['OPTION_PATTERN']],
  ['none', { type: 'compress', format: '', compression_level: 0 }, []],
  ['sums', { type: 'checksum', checksum_types: [], output: '' }, []],
];

const forGuest = { type: 'null', ...guest };
const template = {
  builders: [
    ...builders.map(([name, options]) => ({ ...options, name })),
    ...[...provisioners, ...postProcessors].map(([name]) => ({ ...forGuest, name: `for ${name}` })),
  ],
  provisioners: provisioners.map(([name, options]) => ({ ...options, only: [`for ${name}`] })),
  'post-processors': postProcessors.map(([name, options]) => ({ ...options, only: [`for ${name}`] })),
};

interface Found {
  readonly severity: string;
  readonly code: string;
  readonly pointer: string;
  readonly message: string;
}

function run(line: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(line[0] ?? '', line.slice(1), { ...place(), encoding: 'utf8' });
}

function validate(program: readonly string[], name: string): readonly Found[] {
  const { stdout } = run([...program, 'validate', '-json', name]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found & { readonly type: string });
  return events.filter(({ type, severity }) => type === 'diagnostic' && severity === 'error');
}

beforeAll(() => {
  file('disk', 'x');
  file('hello', 'HELLO!');
  execFileSync('mkdir', ['-p', join(directory, 'tree')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'key')]);
});

describe.each(programs)('options, by %s', (_which, program) => {
  let found: readonly Found[] = [];
  beforeAll(() => {
    found = validate(program, file('options.json', template));
  });

  test.each([
    ...builders.map(([name, options, codes], index) => [name, options, codes, `/builders/${index}`] as const),
    ...provisioners.map(([name, options, codes], index) => [name, options, codes, `/provisioners/${index}`] as const),
    ...postProcessors.map(
      ([name, options, codes], index) => [name, options, codes, `/post-processors/${index}`] as const,
    ),
  ])('%s: %j', (_name, _options, codes, pointer) => {
    const own = found.filter((one) => `${one.pointer}/`.startsWith(`${pointer}/`));
    expect(own.map(({ code }) => code)).toEqual(codes);
  });

  test('a form that is not kept is told in words', () => {
    const message = found.find(({ pointer }) => pointer.endsWith('/host_alias'))?.message;
    expect(message).toBe(
      '"host_alias" has to be a name without blanks that does not begin with [, # or ;, not the text "a b"',
    );
  });

  test('a provisioner that needs a guest is warned about where there is none', () => {
    const name = file('no-guest.json', {
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [
        { type: 'shell-local', inline: ['x'] },
        { type: 'shell', inline: ['x'] },
      ],
    });
    const { status, stdout, stderr } = run([...program, 'validate', name]);
    expect(status).toBe(0);
    expect(`${stdout}${stderr}`.match(/COMMUNICATOR_NONE/g)).toHaveLength(1);
    expect(`${stdout}${stderr}`).toContain('/provisioners/1');
  });

  test('what is empty has its default when it runs', () => {
    const empty = {
      type: 'shell-local',
      inline_shebang: '',
      env_var_format: '',
      execute_command: '',
      valid_exit_codes: [],
    };
    const scripts = {
      runs: { inline: ['test "$A" = b', 'echo ran >ran'] },
      list: { execute_command: [], inline: ['echo ran >list-ran'] },
      fails: { inline: ['false', 'echo ran >went-on'] },
    };
    const names = Object.keys(scripts);
    const written = file('empty.json', {
      builders: names.map((name) => ({ type: 'null', communicator: 'none', name })),
      provisioners: Object.entries(scripts).map(([name, script]) => {
        return { ...empty, environment_vars: ['A=b'], ...script, only: [name] };
      }),
    });
    for (const made of ['ran', 'list-ran', 'went-on']) rmSync(join(directory, made), { force: true });
    expect(run([...program, 'build', written]).status).toBe(1);
    expect(['ran', 'list-ran', 'went-on'].filter((made) => existsSync(join(directory, made)))).toEqual([
      'ran',
      'list-ran',
    ]);
  }, 90_000);
});
