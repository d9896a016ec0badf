import { describe, expect, test } from 'vitest';
import type { NullBuilderConfig } from '../../../../../builders/null/config.gen.ts';
import { builder } from '../../../../../builders/null/index.ts';
import { componentFolders } from '../../../../../core/dev/components.ts';
import type { JsonObject, JsonValue } from '../../../../../core/contract/json.ts';
import { propertiesOf } from '../../../../../core/schema/settle.ts';
import { componentValidator, decodeAndValidate } from '../../../../../core/schema/validate.ts';
import { componentConfig, prepareContext } from '../../../../support/component-config.ts';

const schema = componentFolders().find(({ folder }) => folder === 'builders/null')?.schema ?? {};
const machine = { ssh_host: 'h', ssh_username: 'u', ssh_password: 'p' };

/** What is wrong with the options before any component sees them. */
async function findings(options: JsonObject): Promise<readonly string[]> {
  const validator = await componentValidator('builder', 'null', schema);
  const config = { ...machine, ...options };
  return decodeAndValidate(validator, [{ config, pointer: '' }], '', new Set()).findings.map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
}

describe('values of the wrong kind are refused where they stand', () => {
  const TEXT: readonly string[] = [
    'ssh_host',
    'ssh_username',
    'ssh_password',
    'ssh_private_key_file',
    'ssh_private_key_passphrase',
    'ssh_certificate_file',
    'ssh_config_file',
    'ssh_known_hosts_file',
    'ssh_bastion_host',
    'ssh_bastion_username',
    'ssh_bastion_password',
    'ssh_bastion_private_key_file',
    'ssh_bastion_certificate_file',
    'ssh_proxy_host',
    'ssh_proxy_username',
    'ssh_proxy_password',
    'temporary_key_pair_name',
    'ssh_keypair_name',
  ];
  const FLAGS = ['ssh_agent_auth', 'ssh_disable_agent_forwarding', 'ssh_pty', 'ssh_clear_authorized_keys'].concat(
    'ssh_bastion_agent_auth',
    'ssh_bastion_interactive',
  );
  const LISTS = ['ssh_host_key', 'ssh_ciphers', 'ssh_key_exchange_algorithms', 'ssh_local_tunnels'].concat(
    'ssh_remote_tunnels',
  );
  const PORTS = ['ssh_port', 'ssh_bastion_port', 'ssh_proxy_port'];
  const DURATIONS = ['ssh_timeout', 'ssh_wait_timeout', 'ssh_keep_alive_interval', 'ssh_read_write_timeout'].concat(
    'pause_before_connecting',
  );
  const CHOICES = ['communicator', 'ssh_backend', 'ssh_file_transfer_method', 'temporary_key_pair_type'];
  const COUNTS = ['ssh_handshake_attempts', 'temporary_key_pair_bits'];
  const rows: readonly (readonly [string, JsonValue])[] = [
    ...TEXT.map((name) => [name, { no: 'text' }] as const),
    ...FLAGS.map((name) => [name, 'perhaps'] as const),
    ...LISTS.map((name) => [name, { no: 'list' }] as const),
    ...['ssh_ciphers', 'ssh_key_exchange_algorithms'].map((name) => [name, ['rot13']] as const),
    ...PORTS.flatMap((name) => [-1, 65_536, 'ssh', 2.5].map((value) => [name, value] as const)),
    ...DURATIONS.map((name) => [name, '5 potatoes'] as const),
    ...CHOICES.map((name) => [name, 'telepathy'] as const),
    ...COUNTS.flatMap((name) => [-1, 'many'].map((value) => [name, value] as const)),
  ];

  test.each(rows)('%s: %j', async (name, value) => {
    const found = await findings({ [name]: value });
    expect(found).not.toEqual([]);
    for (const one of found) expect(one).toMatch(new RegExp(`^[A-Z_]+ /${name}(/|$)`));
  });

  test('every option of the communicator that is about SSH is among them', () => {
    const properties = Object.keys(propertiesOf(schema));
    const tried = new Set(rows.map(([name]) => name));
    const about = /^(ssh_|temporary_key_pair_|communicator$|pause_before_connecting$)/;
    expect(properties.filter((name) => about.test(name) && !tried.has(name))).toEqual([]);
  });
});

describe('values that are wrong together, or for this machine, are refused before anything is dialled', () => {
  const key = { ssh_host: 'h', ssh_username: 'u', ssh_private_key_file: '/key' };
  test.each<[JsonObject, readonly string[]]>([
    [key, []],
    [{ ...key, ssh_private_key_file: '/no' }, ['SSH_KEY_FILE_MISSING /ssh_private_key_file']],
    [{ ...key, ssh_certificate_file: '/no' }, ['SSH_KEY_FILE_MISSING /ssh_certificate_file']],
    [{ ...key, ssh_config_file: '/no' }, ['SSH_KEY_FILE_MISSING /ssh_config_file']],
    [{ ...key, ssh_known_hosts_file: '/no' }, ['SSH_KEY_FILE_MISSING /ssh_known_hosts_file']],
    [
      { ...key, ssh_bastion_host: 'j', ssh_bastion_private_key_file: '/no' },
      ['SSH_KEY_FILE_MISSING /ssh_bastion_private_key_file'],
    ],
    [
      { ...key, ssh_bastion_host: 'j', ssh_bastion_certificate_file: '/no' },
      ['SSH_KEY_FILE_MISSING /ssh_bastion_certificate_file'],
    ],
    [{ ...machine, ssh_certificate_file: '/key' }, ['SSH_CERTIFICATE_KEY_MISSING /ssh_certificate_file']],
    [{ ...key, ssh_host_key: ['ssh-ed25519 not-base64!'] }, ['SSH_HOST_KEY_MALFORMED /ssh_host_key/0']],
    [{ ...key, ssh_disable_agent_forwarding: false }, []],
    [{ ...key, ssh_bastion_host: 'j', ssh_bastion_agent_auth: true }, ['SSH_AGENT_MISSING /ssh_bastion_agent_auth']],
    [{ ...machine, ssh_bastion_host: 'j' }, ['SSH_BASTION_LOGIN_MISSING /ssh_bastion_host']],
    [{ ...key, ssh_bastion_host: 'j', ssh_proxy_host: 'p' }, ['SSH_BASTION_AND_PROXY /ssh_proxy_host']],
    [{ ...key, ssh_local_tunnels: ['22'] }, ['SSH_TUNNEL_MALFORMED /ssh_local_tunnels/0']],
    [{ ...key, ssh_remote_tunnels: ['1:h:2', '1:h'] }, ['SSH_TUNNEL_MALFORMED /ssh_remote_tunnels/1']],
    [
      { ...key, temporary_key_pair_type: 'rsa', temporary_key_pair_bits: 512 },
      ['SSH_KEY_BITS /temporary_key_pair_bits'],
    ],
    ...['ssh_certificate_file', 'ssh_config_file'].map<[JsonObject, readonly string[]]>((option) => [
      { ...key, ssh_backend: 'ssh2', [option]: '/key' },
      [`SSH_BACKEND_UNFIT /${option}`],
    ]),
    [
      { ...key, ssh_backend: 'ssh2', ssh_bastion_host: 'j', ssh_bastion_interactive: true },
      ['SSH_BACKEND_UNFIT /ssh_bastion_interactive'],
    ],
    [
      { ...key, ssh_backend: 'ssh2', ssh_bastion_host: 'j', ssh_bastion_certificate_file: '/key' },
      ['SSH_BACKEND_UNFIT /ssh_bastion_certificate_file'],
    ],
  ])('%j', (options, wanted) => {
    const context = prepareContext({ statPath: (path) => (path === '/key' ? 'file' : undefined) });
    const found = builder.prepare(componentConfig<NullBuilderConfig>('builders/null', options), context);
    expect(found.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(wanted);
  });

  test.each([
    ['ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQ= me', []],
    ['ecdsa-sha2-nistp256-cert-v01@openssh.com AAAA', []],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me', ['SSH_CERTIFICATE_MALFORMED']],
    ['HELLO!', ['SSH_CERTIFICATE_MALFORMED']],
    ['', ['SSH_CERTIFICATE_MALFORMED']],
  ])('a certificate that holds %j', (text, wanted) => {
    const context = prepareContext({
      statPath: () => 'file',
      readStart: (path) => Buffer.from(path === '/cert' ? text : '-----BEGIN PRIVATE KEY-----\n'),
    });
    for (const option of ['ssh_certificate_file', 'ssh_bastion_certificate_file']) {
      const options = { ...key, ssh_bastion_host: 'j', [option]: '/cert' };
      const found = builder.prepare(componentConfig<NullBuilderConfig>('builders/null', options), context);
      expect(found.map(({ code }) => code)).toEqual(wanted);
    }
  });
});
