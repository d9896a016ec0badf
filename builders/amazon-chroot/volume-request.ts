import type { BlockDeviceMapping, CreateVolumeCommandInput, Image } from '../_amazon/api/driver.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';

type Options = Pick<
  AmazonChrootBuilderConfig,
  | 'root_volume_size'
  | 'root_volume_type'
  | 'root_volume_encrypt_boot'
  | 'root_volume_kms_key_id'
  | 'encrypt_boot'
  | 'kms_key_id'
>;
type Ebs = NonNullable<BlockDeviceMapping['Ebs']>;
type Request = Omit<CreateVolumeCommandInput, 'AvailabilityZone' | 'TagSpecifications' | 'ClientToken'>;

/** The device that an image boots from; undefined when it is not on EBS. */
export function rootDeviceOf({ RootDeviceName, BlockDeviceMappings = [] }: Image): Ebs | undefined {
  return BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs;
}

/** What `root` is of the source says about speed, while the type is the same. */
function speedOf({ VolumeType, Iops, Throughput }: Ebs): Request {
  const settable = VolumeType === 'gp3' || VolumeType === 'io1' || VolumeType === 'io2';
  return {
    ...(VolumeType === undefined ? {} : { VolumeType }),
    ...(settable && Iops !== undefined ? { Iops } : {}),
    ...(VolumeType === 'gp3' && Throughput !== undefined ? { Throughput } : {}),
  };
}

/** Whether the volume's encryption is said apart from that of the images, which are copies then when they differ. */
export function hasOwnEncryption(config: Options): boolean {
  const { root_volume_encrypt_boot: encrypted, root_volume_kms_key_id: key = '' } = config;
  return encrypted !== undefined || key !== '';
}

function encryptionOf(config: Options): Request {
  const { root_volume_encrypt_boot: own, root_volume_kms_key_id: ownKey = '' } = config;
  const [encrypted, key] = hasOwnEncryption(config)
    ? [own ?? ownKey !== '', ownKey]
    : [config.encrypt_boot, config.kms_key_id ?? ''];
  return encrypted === true ? { Encrypted: true, ...(key === '' ? {} : { KmsKeyId: key }) } : {};
}

/** The volume to build on: empty, or of the root device of the source. */
export function volumeRequest(config: Options, root: Ebs | undefined): Request {
  const { root_volume_type: type } = config;
  const size = Math.max(config.root_volume_size ?? 0, root?.VolumeSize ?? 0);
  const kind =
    root === undefined || (type !== undefined && type !== root.VolumeType)
      ? { VolumeType: type ?? ('gp2' as const) }
      : speedOf(root);
  return {
    ...kind,
    ...(size === 0 ? {} : { Size: size }),
    ...(root?.SnapshotId === undefined ? {} : { SnapshotId: root.SnapshotId }),
    ...encryptionOf(config),
  };
}
