import { expect, test } from 'vitest';
import { checkSharedSource } from '../../../../builders/_amazon/checks/check-sharing.ts';

type Options = Parameters<typeof checkSharedSource>[0];

const plain = { skip_save_build_region: false } as Options;
const root = { device_name: '/dev/xvda', delete_on_termination: true, no_device: false };
const encrypted = { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true } }] };
const open = {
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: false } }, { DeviceName: '/dev/sdb' }],
};

function check(options: Partial<Options>, source = encrypted as Parameters<typeof checkSharedSource>[1]): string[] {
  const said: string[] = [];
  checkSharedSource({ ...plain, ...options }, source, (text) => said.push(text));
  return said;
}

test.each<Partial<Options>>([
  { ami_users: ['1'] },
  { snapshot_users: ['1'] },
  { ami_org_arns: ['arn:aws:organizations::1:organization/o-1'] },
  { ami_users: ['1'], launch_block_device_mappings: [{ ...root, volume_size: 9 }] },
])('an encrypted source that is to be shared is warned about before the launch: %j', (options) => {
  expect(check(options)).toEqual([expect.stringContaining('/dev/xvda of the source is encrypted')]);
});

test.each<Partial<Options>>([{ ami_groups: ['all'] }, { snapshot_groups: ['all'] }])(
  'an encrypted source that is to be public is refused: %j',
  (options) => {
    const [option = ''] = Object.keys(options);
    expect(() => check(options)).toThrow(
      expect.objectContaining({ code: 'AMAZON_SHARE_ENCRYPTED', pointer: `/${option}` }),
    );
  },
);

test.each<Partial<Options>>([
  {},
  { ami_users: ['1'], encrypt_boot: true },
  { ami_users: ['1'], launch_block_device_mappings: [{ ...root, kms_key_id: 'alias/own' }] },
])('nothing is said where the AMI is not shared, or has a key of its own: %j', (options) => {
  expect(check(options)).toEqual([]);
});

test('nothing is said of a source that is not encrypted', () => {
  expect(check({ ami_users: ['1'], ami_groups: ['all'] }, open)).toEqual([]);
});
