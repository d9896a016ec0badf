import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const usual: JsonObject = {
  type: 'openstack',
  image_name: 'web',
  source_image_name: 'debian',
  flavor: 'm1.small',
  ssh_username: 'debian',
};

async function found(
  options: JsonObject,
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] }, { environment });
  return diagnostics.map(({ code, severity, pointer }) => `${severity} ${code} ${pointer.replace('/builders/0', '')}`);
}

const long = 'x'.repeat(256);

const rows: readonly (readonly [JsonObject, readonly string[]])[] = [
  [{}, []],
  [{ flavor: null }, ['error OPTION_MISSING ']],
  [{ image_name: null }, ['error OPTION_MISSING ']],
  [{ image_name: long }, ['error OPENSTACK_IMAGE /image_name']],
  [{ identity_endpoint: 'keystone' }, ['error OPENSTACK_ACCESS /identity_endpoint']],
  [{ identity_endpoint: 'https://keystone.example.com:5000/v3', username: 'a', password: 'b', tenant_name: 'c' }, []],
  [{ application_credential_id: 'a' }, ['error OPENSTACK_ACCESS /application_credential_id']],
  [{ application_credential_id: 'a', application_credential_secret: 'b' }, []],
  [{ application_credential_secret: 'b' }, ['error OPENSTACK_ACCESS /application_credential_secret']],
  [
    { application_credential_name: 'a', application_credential_secret: 'b' },
    ['error OPENSTACK_ACCESS /application_credential_name'],
  ],
  [{ application_credential_name: 'a', application_credential_secret: 'b', user_id: 'c' }, []],
  [{ cloud: 'x', application_credential_id: 'a' }, []],
  [{ endpoint_type: 'internalURL' }, []],
  [{ endpoint_type: 'private' }, ['error OPTION_NOT_ALLOWED /endpoint_type']],
  [{ cacert: '/no/such/file' }, ['error OPENSTACK_ACCESS /cacert']],
  [{ cert: 'package.json' }, ['error OPENSTACK_ACCESS /cert']],
  [{ source_image_name: null }, ['error OPENSTACK_SOURCE ']],
  [{ source_image_name: null, source_image_filter: { most_recent: true } }, ['error OPENSTACK_SOURCE ']],
  [{ source_image: 'a' }, ['error OPENSTACK_SOURCE /source_image_name']],
  [{ source_image_filter: { filters: { name: 'a' } } }, ['error OPENSTACK_SOURCE /source_image_filter']],
  [{ source_image_name: null, source_image_filter: { filters: { tags: 'a,b', visibility: 'Public' } } }, []],
  [
    { source_image_name: null, external_source_image_url: 'debian.qcow2' },
    ['error OPENSTACK_SOURCE /external_source_image_url'],
  ],
  [{ source_image_name: null, external_source_image_url: 'http://images.example.com/a.qcow2' }, []],
  [{ external_source_image_properties: { a: 'b' } }, ['warning OPENSTACK_SOURCE /external_source_image_properties']],
  [{ image_visibility: 'Public' }, []],
  [{ image_visibility: 'secret' }, ['error OPTION_NOT_ALLOWED /image_visibility']],
  [{ image_members: ['a'], image_visibility: 'shared', image_auto_accept_members: true }, []],
  [{ image_members: ['a'], image_visibility: 'public' }, ['error OPENSTACK_IMAGE /image_members']],
  [{ image_auto_accept_members: true }, ['warning OPENSTACK_IMAGE /image_auto_accept_members']],
  [{ image_tags: ['a', long] }, ['error OPENSTACK_IMAGE /image_tags/1']],
  [{ image_min_disk: -1 }, ['error OPTION_OUT_OF_RANGE /image_min_disk']],
  [
    { metadata: { [long]: 'a', b: long, 'c/d': `${long}{{ .SourceImageName }}` } },
    [`error OPENSTACK_METADATA /metadata/${long}`, 'error OPENSTACK_METADATA /metadata/b'],
  ],
  [{ instance_metadata: { 'a/b': 'ü'.repeat(128) } }, ['error OPENSTACK_METADATA /instance_metadata/a~1b']],
  [{ instance_metadata: { a: 'ü'.repeat(127), of: '{{ .SourceImage }}' } }, []],
  [{ instance_metadata: { a: '{{ .SourceAmi }}' } }, ['error INTERPOLATION_UNKNOWN_NAME /instance_metadata/a']],
  [{ user_data: 'x'.repeat(49_150) }, ['error OPENSTACK_USER_DATA /user_data']],
  [{ user_data_file: '/no/such/file' }, ['error OPENSTACK_USER_DATA /user_data_file']],
  [{ user_data: 'a', user_data_file: 'package.json' }, ['warning OPENSTACK_USER_DATA /user_data']],
  [
    { volume_type: 'ssd', image_disk_format: 'qcow2' },
    ['warning OPENSTACK_VOLUME /volume_type', 'warning OPENSTACK_VOLUME /image_disk_format'],
  ],
  [{ volume_type: 'ssd', use_blockstorage_volume: true }, []],
  [{ network_discovery_cidrs: ['192.0.2.0/24', '2001:db8::/32'] }, []],
  [{ network_discovery_cidrs: ['192.0.2.0'] }, ['error OPENSTACK_NETWORK /network_discovery_cidrs/0']],
  [
    { network_discovery_cidrs: ['192.0.2.0/24'], networks: ['a'] },
    ['warning OPENSTACK_NETWORK /network_discovery_cidrs'],
  ],
  [{ ports: ['a'], security_groups: ['b'] }, ['warning OPENSTACK_NETWORK /security_groups']],
  [
    { floating_ip: 'a', floating_ip_network: 'b', reuse_ips: true },
    ['warning OPENSTACK_NETWORK /reuse_ips', 'warning OPENSTACK_NETWORK /floating_ip_network'],
  ],
  [{ instance_floating_ip_net: 'a' }, ['warning OPENSTACK_NETWORK /instance_floating_ip_net']],
  [{ ssh_ip_version: 6 }, []],
  [{ ssh_ip_version: '5' }, ['error OPTION_NOT_ALLOWED /ssh_ip_version']],
  [{ ssh_keypair_name: 'a' }, ['error OPENSTACK_KEY_PAIR /ssh_keypair_name']],
  [{ ssh_keypair_name: 'a', ssh_agent_auth: true }, ['error SSH_AGENT_MISSING /ssh_agent_auth']],
  [{ floating_ip_pool: 'a' }, ['warning OPTION_DEPRECATED /floating_ip_pool']],
  [
    { use_floating_ip: true, openstack_provider: 'rackspace', rackconnect_wait: true },
    [
      'warning OPTION_DEPRECATED /openstack_provider',
      'warning OPTION_DEPRECATED /rackconnect_wait',
      'warning OPTION_DEPRECATED /use_floating_ip',
    ],
  ],
];

describe('the options of openstack', () => {
  it.each(rows)('%j: %j', async (options, expected) => {
    expect([...(await found(options))].sort()).toEqual([...expected].sort());
  });

  it('may leave to the environment what a login needs', async () => {
    expect(await found({ application_credential_id: 'a' }, { OS_APPLICATION_CREDENTIAL_SECRET: 'b' })).toEqual([]);
    expect(await found({ application_credential_id: 'a' }, { OS_CLOUD: 'b' })).toEqual([]);
  });
});
