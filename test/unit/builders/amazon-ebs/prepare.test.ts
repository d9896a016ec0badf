import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { codes, planTemplate } from '../../../support/kiln/plan-template.ts';

const usual: JsonObject = {
  type: 'amazon-ebs',
  region: 'us-east-1',
  ami_name: 'web 1.0 (x)',
  source_ami: 'ami-1',
  instance_type: 't3.micro',
  ssh_username: 'admin',
};

async function found(options: JsonObject): Promise<readonly string[]> {
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] });
  return codes(diagnostics);
}

function device(options: JsonObject): JsonObject {
  return { launch_block_device_mappings: [{ device_name: '/dev/sdf', ...options }] };
}

const rows: readonly (readonly [JsonObject, readonly string[]])[] = [
  [{}, []],
  [{ access_key: 'a' }, ['AMAZON_ACCESS']],
  [{ assume_role: { session_name: 'x' } }, ['AMAZON_ACCESS']],
  [{ assume_role_with_web_identity: { web_identity_token: 'x' } }, ['AMAZON_ACCESS']],
  [{ assume_role_with_web_identity: { role_arn: 'x' } }, ['AMAZON_ACCESS']],
  [
    { assume_role_with_web_identity: { role_arn: 'x', web_identity_token: 'x', web_identity_token_file: 'x' } },
    ['AMAZON_ACCESS'],
  ],
  [{ assume_role_with_web_identity: { role_arn: 'x', web_identity_token: 'x' } }, []],
  [{ vault_aws_engine: { engine_name: 'x' } }, ['AMAZON_ACCESS']],
  [{ vault_aws_engine: { name: 'x' }, access_key: 'a', secret_key: 'b' }, ['AMAZON_ACCESS']],
  [{ profile: 'x', access_key: 'a', secret_key: 'b' }, []],
  [{ ssh_interface: 'session_manager', session_manager_port: 2222 }, ['AMAZON_SESSION']],
  [{ ssh_interface: 'session_manager', iam_instance_profile: '' }, ['AMAZON_SESSION']],
  [{ ssh_interface: 'session_manager', iam_instance_profile: 'ssm' }, []],
  [{ ssh_interface: 'session_manager', communicator: 'none', ssh_username: null }, []],
  [{ ssh_interface: 'instance_connect_endpoint', instance_connect_endpoint_id: 'eice-1' }, []],
  [{ instance_connect_endpoint_id: 'eice-1' }, ['AMAZON_INSTANCE_CONNECT']],
  [
    { ssh_interface: 'instance_connect_endpoint', communicator: 'winrm', winrm_username: 'x' },
    ['AMAZON_INSTANCE_CONNECT'],
  ],
  [{ ami_name: 'x' }, ['AMAZON_AMI_NAME']],
  [{ ami_name: 'web:1' }, ['AMAZON_AMI_NAME']],
  [{ ami_description: 'x'.repeat(255) }, []],
  [{ ami_description: 'x'.repeat(256) }, ['AMAZON_AMI_DESCRIPTION']],
  [{ source_ami: null }, ['AMAZON_SOURCE']],
  [{ source_ami: null, source_ami_filter: { filters: { name: 'x' } } }, ['AMAZON_SOURCE']],
  [{ source_ami: null, source_ami_filter: { filters: { name: 'x' }, owners: 'self,amazon' } }, []],
  [{ source_ami: null, source_ami_filter: { filter: [{ key: 'name', value: 'x' }], owners: 'self' } }, []],
  [{ source_ami: null, source_ami_filter: { filter: { key: 'name', value: 'x' } } }, ['AMAZON_SOURCE']],
  [{ source_ami: null, source_ami_filter: { filter: [{ name: 'name' }], owners: 'self' } }, ['OPTION_UNKNOWN']],
  [
    { vpc_filter: { filter: [{ name: 'cidr', value: 'x' }] }, subnet_filter: { filter: { name: 'a', value: 'b' } } },
    [],
  ],
  [{ run_volume_tag: { name: 'a', value: 'b' }, security_group_filter: { filter: { name: 'a', value: 'b' } } }, []],
  [{ instance_type: null }, ['AMAZON_INSTANCE_TYPE']],
  [{ spot_instance_types: ['m5.large'], spot_price: 'auto' }, ['AMAZON_INSTANCE_TYPE']],
  [{ instance_type: null, spot_instance_types: ['m5.large'] }, ['AMAZON_SPOT']],
  [{ spot_tags: { a: 'b' } }, ['AMAZON_SPOT']],
  [{ spot_price: 'cheap' }, ['AMAZON_SPOT']],
  [{ spot_price: '0.05', ena_support: true }, ['AMAZON_SPOT']],
  [{ instance_type: 'm5.large', enable_unlimited_credits: true }, ['AMAZON_INSTANCE_TYPE']],
  [{ instance_type: 't2.micro', enable_t2_unlimited: true, spot_price: 'auto' }, ['OPTION_DEPRECATED', 'AMAZON_SPOT']],
  [{ instance_type: 't2.micro', enable_unlimited_credits: true, spot_price: 'auto' }, ['AMAZON_SPOT']],
  [{ enable_unlimited_credits: true, spot_price: 'auto' }, []],
  [{ instance_type: 't2.micro', enable_unlimited_credits: true }, []],
  [{ enable_nitro_enclave: true }, ['AMAZON_INSTANCE_TYPE']],
  [{ temporary_security_group_source_cidrs: ['192.0.2.0/24', '::/0'] }, []],
  [{ temporary_security_group_source_cidrs: ['192.0.2.0/33', '192.0.2.300/8'] }, ['AMAZON_CIDR', 'AMAZON_CIDR']],
  [{ security_group_id: 'sg-1', security_group_ids: ['sg-2'] }, ['AMAZON_SECURITY_GROUP']],
  [{ capacity_reservation_id: 'cr-1', capacity_reservation_preference: 'open' }, ['AMAZON_PLACEMENT']],
  [{ placement: { host_id: 'h-1', tenancy: 'default' } }, ['AMAZON_PLACEMENT']],
  [{ ssh_keypair_name: 'k' }, ['AMAZON_KEY_PAIR']],
  [{ temporary_key_pair_type: 'ecdsa' }, ['AMAZON_KEY_PAIR']],
  [{ user_data: 'a', user_data_file: '/etc/hostname' }, ['AMAZON_USER_DATA']],
  [{ user_data_file: '/not/there' }, ['AMAZON_USER_DATA']],
  [{ deprecate_at: 'soon' }, ['AMAZON_DEPRECATE_AT']],
  [{ deprecate_at: '2020-01-01T00:00:00Z' }, ['AMAZON_DEPRECATE_AT']],
  [{ snapshot_copy_duration_minutes: 20 }, ['AMAZON_COPY_DURATION']],
  [{ launch_block_device_mappings: [{ volume_size: 5 }] }, ['AMAZON_DEVICE']],
  [{ launch_block_device_mappings: { device_name: 'xvdb', volume_type: 'gp2', throughput: 200 } }, ['AMAZON_DEVICE']],
  [{ ami_block_device_mappings: [{ device_name: 'xvdb', kms_key_id: 'alias/a' }] }, []],
  [device({ kms_key_id: 'alias/a', encrypted: false }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'gp2', iops: 100 }), ['AMAZON_NO_EFFECT']],
  [device({ volume_type: 'st1', volume_size: 125, iops: 100 }), ['AMAZON_NO_EFFECT']],
  [device({ volume_type: 'st1', volume_size: 100 }), ['AMAZON_DEVICE']],
  [device({ iops: 100 }), []],
  [device({ volume_type: 'io1', volume_size: 20, iops: 1000 }), []],
  [device({ volume_type: 'io1', volume_size: 20, iops: 2000 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io1', iops: 99 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io1', volume_size: 100 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io2', snapshot_id: 'snap-1' }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io2', no_device: true }), []],
  [device({ volume_type: 'io1', virtual_name: 'ephemeral0' }), []],
  [device({ volume_type: 'gp3', volume_size: 100 }), []],
  [{ ami_block_device_mappings: [{ device_name: 'xvdb', volume_type: 'io1' }] }, ['AMAZON_DEVICE']],
  [device({ volume_type: 'io1', iops: 64_001 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io2', volume_size: 10, iops: 6000 }), []],
  [device({ volume_type: 'io2', volume_size: 10, iops: 10_001 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'io2', volume_size: 3, iops: 300 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'gp3', iops: 10 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'gp3', volume_size: 1, iops: 3000 }), []],
  [device({ volume_type: 'gp3', volume_size: 10, iops: 5001 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'gp3', throughput: 750 }), []],
  [device({ volume_type: 'gp3', throughput: 751 }), ['AMAZON_DEVICE']],
  [device({ volume_type: 'gp3', throughput: 2000, iops: 8000 }), []],
  [{ ...device({ encrypted: true }), ami_users: ['1'] }, ['AMAZON_SHARE_ENCRYPTED']],
  [{ ...device({ encrypted: true }), snapshot_users: ['1'] }, ['AMAZON_SHARE_ENCRYPTED']],
  [{ ...device({ encrypted: true, kms_key_id: 'alias/a' }), ami_users: ['1'] }, []],
  [{ ...device({ encrypted: true, kms_key_id: 'alias/a' }), ami_groups: ['all'] }, ['AMAZON_SHARE_ENCRYPTED']],
  [{ ...device({ encrypted: true }), ami_users: ['1'], encrypt_boot: true, kms_key_id: 'alias/a' }, []],
  [{ ...device({ encrypted: true }), ami_users: [] }, []],
  [{ encrypt_boot: true, ami_users: ['1'] }, ['AMAZON_SHARE_ENCRYPTED']],
];

/** In the shape of the public templates for Kubernetes nodes: what a variable leaves empty counts as not given. */
const publicTemplates: readonly (readonly [string, JsonObject, JsonObject])[] = [
  [
    'EKS',
    {
      region: 'us-west-2',
      ami_regions: 'us-west-2',
      ami_users: '123456789012',
      snapshot_users: '123456789012',
      launch_block_device_mappings: [
        { device_name: '/dev/xvda', volume_type: 'gp2', volume_size: '4', delete_on_termination: true },
      ],
      ami_block_device_mappings: [
        { device_name: '/dev/xvda', volume_type: 'gp2', volume_size: '20', delete_on_termination: true },
      ],
      encrypt_boot: '{{user `encrypted`}}',
      kms_key_id: '{{user `key`}}',
    },
    { encrypted: 'true', key: 'alias/own' },
  ],
  [
    'EKS without a key',
    { encrypt_boot: '{{user `encrypted`}}', kms_key_id: '{{user `key`}}' },
    { encrypted: 'false', key: '' },
  ],
  [
    'image-builder for Windows',
    { communicator: 'winrm', winrm_username: 'Administrator', ssh_username: null, ssh_keypair_name: '{{user `none`}}' },
    {},
  ],
  [
    'image-builder with volume options',
    { ...device({ volume_type: '{{user `none`}}', volume_size: '{{user `none`}}', iops: '{{user `none`}}' }) },
    {},
  ],
];

describe('a template in the shape of a public one has no errors', () => {
  it.each(publicTemplates)('%s', async (_name, options, variables) => {
    const empty = ['ssh_interface', 'vpc_id', 'subnet_id', 'security_group_id', 'iam_instance_profile'];
    const unset = Object.fromEntries(empty.map((name) => [name, '{{user `none`}}']));
    const entries = Object.entries({ ...usual, ...unset, ...options }).filter(([, value]) => value !== null);
    const { diagnostics } = await planTemplate({
      variables: { none: '', ...variables },
      builders: [Object.fromEntries(entries)],
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('what a template cannot say', () => {
  it.each(rows)('%j', async (options, expected) => {
    expect(await found(options)).toEqual(expected);
  });
});
