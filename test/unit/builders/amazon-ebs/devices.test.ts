import { describe, expect, it } from 'vitest';
import { blockDevice, type DeviceOptions } from '../../../../builders/_amazon/api/block-devices.ts';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';

const common = { device_name: '/dev/sdf', delete_on_termination: true, no_device: false };

const rows: readonly (readonly [Partial<DeviceOptions>, object])[] = [
  [{ volume_type: 'gp2', iops: 100 }, { VolumeType: 'gp2' }],
  [{ volume_type: 'sc1', iops: 100 }, { VolumeType: 'sc1' }],
  [
    { volume_type: 'io2', iops: 100 },
    { VolumeType: 'io2', Iops: 100 },
  ],
  [{ iops: 100 }, { Iops: 100 }],
  [{ kms_key_id: 'alias/a' }, { KmsKeyId: 'alias/a', Encrypted: true }],
  [{ kms_key_id: '', encrypted: false }, { Encrypted: false }],
];

describe('a device as EC2 is asked for it', () => {
  it.each(rows)('%j', (options, ebs) => {
    expect(blockDevice({ ...common, ...options }).Ebs).toEqual({ DeleteOnTermination: true, ...ebs });
  });

  it('with a key and no word of encryption is encrypted with the key', async () => {
    await using place = await amazonPlace();
    const key = place.ec2.addKmsKey('us-east-1', 'alias/mine');
    const { report } = await place.bake({
      launch_block_device_mappings: [{ device_name: '/dev/sdf', volume_size: 1, kms_key_id: 'alias/mine' }],
      ami_users: ['210987654321'],
    });
    expect(report.failure).toBeUndefined();
    const snapshots = place.ec2.region('us-east-1').snapshots.all();
    expect(snapshots.map(({ view }) => view.KmsKeyId)).toContain(key);
  });
});
