import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished } from 'vitest';
import { makeKeyPair } from '../../../core/communicators/ssh/login/key-pair.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort, nullBuilder, startSshd, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
import { startWinrmServer } from '../../support/winrm/server.ts';
import { directory, file, kiln, path } from '../../cli/run-kiln.ts';

const test = testWithSshd(['PasswordAuthentication yes', 'UsePAM yes']);

interface Fault {
  readonly template: Readonly<Record<string, unknown>>;
  readonly code: string;
  /** Where in the template; the component's, when the option is not written there. */
  readonly pointer: string;
  /** What is there, as it stands in the template: the value, and of objects and lists the key. */
  readonly at: string;
  readonly says?: RegExp;
}

/** Where a text stands that is once in the template: "t.json:3:14". */
function placeOf(text: string, at: string): string {
  const offset = text.indexOf(at);
  expect(offset, `${at} in ${text}`).toBeGreaterThanOrEqual(0);
  expect(text.indexOf(at, offset + 1), `${at} once in ${text}`).toBe(-1);
  const before = text.slice(0, offset).split('\n');
  return `t.json:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The build fails, and the line below the message names the place of the option in the template. */
async function expectAt({ template, code, pointer, at, says }: Fault): Promise<void> {
  const text = JSON.stringify(template, undefined, 2);
  const ended = await kiln(['build', '-force', file('t.json', text)]);
  const output = ended.stdout + ended.stderr;
  expect(output).toContain(`    ${code}  ${placeOf(text, at)}  ${pointer}\n`);
  if (says !== undefined) expect(output).toMatch(says);
  expect(ended.code).toBe(1);
}

const note = { type: 'file', content: 'x', target: path('note.txt') };

describe('of scripts and post-processors, an error points at', () => {
  const sums = { type: 'checksum', output: path('sums') };

  test.each<readonly [string, object, Omit<Fault, 'template'>]>([
    [
      'the script that fails, by its place in the list',
      { provisioners: [{ type: 'shell-local', scripts: ['./fine.sh', './fails.sh'] }] },
      { code: 'SCRIPT_FAILED', pointer: '/provisioners/0/scripts/1', at: '"./fails.sh"' },
    ],
    [
      'the lines that fail',
      { provisioners: [{ type: 'shell-local', inline: ['exit 3'] }] },
      { code: 'SCRIPT_FAILED', pointer: '/provisioners/0/inline', at: '"inline"' },
    ],
    [
      'what chose a packing that holds one file',
      { 'post-processors': [[sums, { type: 'compress', output: 'two.gz' }]] },
      { code: 'COMPRESS_NEEDS_ARCHIVE', pointer: '/post-processors/0/1/output', at: '"two.gz"' },
    ],
    [
      'the format, when that did',
      { 'post-processors': [[sums, { type: 'compress', output: 'two', format: 'xz' }]] },
      { code: 'COMPRESS_NEEDS_ARCHIVE', pointer: '/post-processors/0/1/format', at: '"xz"' },
    ],
  ])('%s', async (_what, components, fault) => {
    file('fine.sh', 'true\n');
    file('fails.sh', 'exit 4\n');
    for (const name of ['fine.sh', 'fails.sh']) chmodSync(path(name), 0o700);
    await expectAt({ template: { builders: [note], ...components }, ...fault });
  });
});

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('of logins, an error points at', { timeout: 60_000 }, () => {
  let wrongKey: string;
  beforeAll(async () => {
    wrongKey = join(directory, 'wrong-key');
    writeFileSync(wrongKey, (await makeKeyPair('ed25519')).privateKey, { mode: 0o600 });
  });

  function login(sshd: TestSshd, options: object): { readonly builders: readonly object[] } {
    return { builders: [note, { ...nullBuilder(sshd), ssh_handshake_attempts: 1, ...options }] };
  }

  const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

  describe.each(['ssh2', 'openssh'])('by %s,', (ssh_backend) => {
    test('a key that is refused', ({ sshd }) =>
      expectAt({
        template: login(sshd, { ssh_backend, ssh_private_key_file: wrongKey }),
        ...{ code: 'SSH_LOGIN_REFUSED', pointer: '/builders/1/ssh_private_key_file', at: JSON.stringify(wrongKey) },
      }));

    test('a password that is refused, also when the time is up', ({ sshd }) =>
      expectAt({
        template: login(sshd, {
          ...{ ssh_backend, ssh_private_key_file: undefined, ssh_handshake_attempts: undefined },
          ...{ ssh_password: 'not-this', ssh_timeout: '12s' },
        }),
        ...{ code: 'SSH_TIMEOUT', pointer: '/builders/1/ssh_password', at: '"not-this"', says: /refused the login/ },
      }));

    test('a host key that is not the one that is named', ({ sshd }) =>
      expectAt({
        template: login(sshd, { ssh_backend, ssh_host_key: [ED25519] }),
        ...{ code: 'SSH_HOST_KEY_UNKNOWN', pointer: '/builders/1/ssh_host_key', at: '"ssh_host_key"' },
      }));

    test('a file of known hosts in which it is not', ({ sshd }) =>
      expectAt({
        template: login(sshd, { ssh_backend, ssh_known_hosts_file: file('known', `else ${ED25519}\n`) }),
        ...{ code: 'SSH_HOST_KEY_UNKNOWN', pointer: '/builders/1/ssh_known_hosts_file', at: '"known"' },
      }));

    test('ciphers that the server does not know', async () => {
      const strict = await startSshd(['Ciphers aes256-ctr']);
      onTestFinished(() => strict.stop());
      await expectAt({
        template: {
          builders: [
            note,
            { ...nullBuilder(strict), ssh_backend, ssh_handshake_attempts: 1, ssh_ciphers: ['aes128-ctr'] },
          ],
        },
        ...{ code: 'SSH_HANDSHAKE_FAILED', pointer: '/builders/1/ssh_ciphers', at: '"ssh_ciphers"' },
      });
    });

    test('the time that nobody answers for', async ({ sshd }) => {
      const port = await freePort();
      await expectAt({
        template: login(sshd, {
          ssh_backend,
          ssh_port: port,
          ssh_handshake_attempts: undefined,
          ssh_wait_timeout: '1s',
        }),
        ...{ code: 'SSH_TIMEOUT', pointer: '/builders/1/ssh_wait_timeout', at: '"1s"' },
      });
    });

    test('a key that the jump host refuses, and not the guest’s', ({ sshd }) =>
      expectAt({
        template: login(sshd, {
          ...{ ssh_backend, ssh_bastion_host: '127.0.0.1', ssh_bastion_port: sshd.port },
          ...{ ssh_bastion_username: 'root', ssh_bastion_private_key_file: wrongKey },
        }),
        code: 'SSH_LOGIN_REFUSED',
        pointer: '/builders/1/ssh_bastion_private_key_file',
        at: JSON.stringify(wrongKey),
      }));

    test('a jump host that is not there', async ({ sshd }) => {
      const port = await freePort();
      await expectAt({
        template: login(sshd, {
          ...{ ssh_backend, ssh_bastion_host: '127.0.0.2', ssh_bastion_port: port, ssh_timeout: '1s' },
          ...{ ssh_bastion_private_key_file: sshd.privateKeyFile, ssh_private_key_file: undefined, ssh_password: 'x' },
        }),
        ...{ code: 'SSH_TIMEOUT', pointer: '/builders/1/ssh_bastion_host', at: '"127.0.0.2"' },
      });
    });
  });

  test('a tunnel whose port is taken', ({ sshd }) =>
    expectAt({
      template: login(sshd, { ssh_local_tunnels: [`${sshd.port}:localhost:1`] }),
      ...{ code: 'SSH_TUNNEL_FAILED', pointer: '/builders/1/ssh_local_tunnels/0', at: `"${sshd.port}:localhost:1"` },
    }));

  test('a script in the guest, one that has gone, and a file that has', async ({ sshd }) => {
    const guest = login(sshd, { ssh_handshake_attempts: undefined });
    const shell = { type: 'shell', inline: ['exit 9'] };
    await expectAt({
      template: { ...guest, provisioners: [{ ...shell, only: ['null'] }] },
      ...{ code: 'SCRIPT_FAILED', pointer: '/provisioners/0/inline', at: '"inline"' },
    });
    file('going.sh', 'true\n');
    await expectAt({
      template: {
        builders: guest.builders.slice(1),
        provisioners: [
          { type: 'shell-local', inline: ['rm going.sh'] },
          { type: 'shell', scripts: ['going.sh'] },
        ],
      },
      ...{ code: 'SCRIPT_UNREADABLE', pointer: '/provisioners/1/scripts/0', at: '"going.sh"' },
    });
    file('going.txt', 'x');
    await expectAt({
      template: {
        builders: guest.builders.slice(1),
        provisioners: [
          { type: 'shell-local', inline: ['rm going.txt'] },
          { type: 'file', sources: ['going.txt'], destination: '/tmp/kiln-no' },
        ],
      },
      ...{ code: 'FILE_SOURCE_UNREADABLE', pointer: '/provisioners/1/sources/0', at: '"going.txt"' },
    });
  });

  test('the provisioner, when the login is lost in it', async ({ sshd }) => {
    const { builders } = login(sshd, { ssh_handshake_attempts: undefined, ssh_timeout: '3s' });
    // The session's own process of sshd is the first of that name above the script.
    const hangUp =
      'p=$PPID; until grep -q ^sshd /proc/$p/comm; do p=$(cut -d" " -f4 /proc/$p/stat); done; kill -9 $p; sleep 9';
    const script = `rm ${join(sshd.directory, 'authorized_keys')}; ${hangUp}`;
    const authorized = readFileSync(join(sshd.directory, 'authorized_keys'));
    onTestFinished(() => writeFileSync(join(sshd.directory, 'authorized_keys'), authorized, { mode: 0o600 }));
    await expectAt({
      template: {
        builders: builders.slice(1),
        provisioners: [
          { type: 'shell', inline: [script], expect_disconnect: true, skip_clean: true },
          { type: 'shell', inline: ['true'], start_retry_timeout: '2s' },
        ],
      },
      ...{
        code: 'SSH_TIMEOUT',
        pointer: '/provisioners/1',
        at: '{\n      "type": "shell",\n      "inline": [\n        "true"',
      },
    });
  });

  test('Salt that is not in the guest, and states that have gone', async ({ sshd }) => {
    const { builders } = login(sshd, { ssh_handshake_attempts: undefined });
    mkdirSync(path('states'), { recursive: true });
    const salt = { type: 'salt-masterless', local_state_tree: './states', skip_bootstrap: true };
    const places = {
      temp_config_dir: path('salt'),
      remote_state_tree: path('srv'),
      remote_pillar_roots: path('pillar'),
    };
    await expectAt({
      template: { builders: builders.slice(1), provisioners: [{ ...salt, ...places }] },
      ...{ code: 'SALT_MISSING', pointer: '/provisioners/0/skip_bootstrap', at: 'true' },
    });
    await expectAt({
      template: {
        builders: builders.slice(1),
        provisioners: [
          { type: 'shell-local', inline: ['rm -r states'] },
          { ...salt, ...places },
        ],
      },
      ...{ code: 'SALT_FILE_UNREADABLE', pointer: '/provisioners/1/local_state_tree', at: '"./states"' },
    });
  });

  test.skipIf(lacks(['ansible-playbook', 'ssh']))('a key of Ansible’s proxy, and a playbook', async ({ sshd }) => {
    const { builders } = login(sshd, { ssh_handshake_attempts: undefined });
    file('no-key', 'this is no key\n');
    file('site.yml', '- hosts: all\n  gather_facts: false\n  tasks:\n    - fail:\n');
    const ansible = { type: 'ansible', playbook_file: './site.yml' };
    await expectAt({
      template: {
        builders: builders.slice(1),
        provisioners: [{ ...ansible, use_proxy: true, ssh_host_key_file: 'no-key' }],
      },
      ...{ code: 'ANSIBLE_PROXY_KEY', pointer: '/provisioners/0/ssh_host_key_file', at: '"no-key"' },
    });
    await expectAt({
      template: { builders: builders.slice(1), provisioners: [ansible] },
      ...{ code: 'ANSIBLE_FAILED', pointer: '/provisioners/0/playbook_file', at: '"./site.yml"' },
    });
  });
});

describe('of WinRM, an error points at', { timeout: 60_000 }, () => {
  const guest = { type: 'null', communicator: 'winrm', winrm_host: '127.0.0.1', winrm_username: 'Administrator' };

  test('a password that is refused', async () => {
    await using server = await startWinrmServer();
    await expectAt({
      template: { builders: [{ ...guest, winrm_port: server.port, winrm_password: 'not-this', winrm_timeout: '2s' }] },
      ...{ code: 'WINRM_TIMEOUT', pointer: '/builders/0/winrm_password', at: '"not-this"', says: /refuses the login/ },
    });
  });

  test('the builder, when the way to log in is not written, and the hint names the option', async () => {
    await using server = await startWinrmServer({ auth: 'ntlm' });
    await expectAt({
      template: { builders: [{ ...guest, winrm_port: server.port, winrm_password: 'x', winrm_timeout: '2s' }] },
      ...{
        code: 'WINRM_TIMEOUT',
        pointer: '/builders/0',
        at: '{\n      "type"',
        says: /hint: set "winrm_use_ntlm": true/,
      },
    });
  });

  test('the time that nobody answers for', async () => {
    await expectAt({
      template: { builders: [{ ...guest, winrm_port: await freePort(), winrm_password: 'x', winrm_timeout: '2s' }] },
      ...{ code: 'WINRM_TIMEOUT', pointer: '/builders/0/winrm_timeout', at: '"2s"' },
    });
  });
});

const qemuPrograms = ['qemu-system-x86_64', 'qemu-img', 'mformat', 'xorriso'];
describe.skipIf(lacks(qemuPrograms))('of a virtual machine, an error points at', { timeout: 60_000 }, () => {
  beforeAll(() => {
    file('boot.iso', 'no system, but it is not started');
    writeFileSync(path('large'), Buffer.alloc(2_000_000));
    mkdirSync(path('circle'));
    symlinkSync('..', path('circle/up'));
    symlinkSync('.', path('circle/same'));
  });

  function machine(options: object): { readonly builders: readonly object[] } {
    const usual = { type: 'qemu', iso_url: 'boot.iso', iso_checksum: 'none', communicator: 'none', headless: true };
    const small = { memory: 32, disk_size: '1M', accelerator: 'tcg', output_directory: path('machine') };
    return { builders: [note, { ...usual, ...small, ...options }] };
  }

  test.each<readonly [string, object, Omit<Fault, 'template'>]>([
    [
      'what fills the floppy too full',
      { floppy_files: ['large'] },
      { code: 'FLOPPY_FULL', pointer: '/builders/1/floppy_files', at: '"floppy_files"' },
    ],
    [
      'a directory that contains itself',
      { cd_files: ['boot.iso', './circle'] },
      { code: 'MEDIUM_LOOP', pointer: '/builders/1/cd_files/1', at: '"./circle"' },
    ],
    [
      'a file that would have to be a directory as well',
      { cd_files: ['large'], cd_content: { 'large/inside': 'x' } },
      { code: 'MEDIUM_CLASH', pointer: '/builders/1/cd_files/0', at: '"large"' },
    ],
    [
      'a name that the system does not take',
      { cd_content: { ['n'.repeat(300)]: 'x' } },
      { code: 'SYSTEM_ENAMETOOLONG', pointer: '/builders/1/cd_content', at: '"cd_content"' },
    ],
    [
      'an argument that QEMU does not take',
      {
        qemuargs: [
          ['-name', 'x'],
          ['-device', 'no-such-device'],
        ],
      },
      { code: 'MACHINE_NOT_STARTED', pointer: '/builders/1/qemuargs/1', at: '[\n          "-device"' },
    ],
    [
      'a machine type that QEMU does not know',
      { machine_type: 'no-such-machine' },
      { code: 'MACHINE_NOT_STARTED', pointer: '/builders/1/machine_type', at: '"no-such-machine"' },
    ],
    [
      'arguments that qemu-img does not take',
      { qemu_img_args: { create: ['-o', 'no_such=1'] } },
      { code: 'PROGRAM_FAILED', pointer: '/builders/1/qemu_img_args', at: '"qemu_img_args"' },
    ],
    [
      'an address that cannot be listened at',
      { http_directory: '.', http_bind_address: '192.0.2.77' },
      { code: 'HTTP_LISTEN', pointer: '/builders/1/http_bind_address', at: '"192.0.2.77"' },
    ],
    [
      'one of several sources',
      { iso_url: undefined, iso_urls: ['./gone.iso', './gone-too.iso'] },
      { code: 'SOURCE_MISSING', pointer: '/builders/1/iso_urls/0', at: '"./gone.iso"' },
    ],
  ])('%s', (_what, options, fault) => expectAt({ template: machine(options), ...fault }));
});
