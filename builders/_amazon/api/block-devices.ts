import type { BlockDeviceMapping } from './driver.ts';
import type { AmiDevicesOptions } from '../mixins/ami-devices.gen.ts';
import { takesIops } from './volume-types.ts';

/** A volume as templates write it, of the AMI or of the instance. */
export type DeviceOptions = NonNullable<AmiDevicesOptions['ami_block_device_mappings']>[number];

/** A device as EC2 takes it. */
export function blockDevice(device: DeviceOptions): BlockDeviceMapping {
  const DeviceName = device.device_name ?? '';
  if (device.no_device) return { DeviceName, NoDevice: '' };
  const { virtual_name: virtualName } = device;
  if (virtualName !== undefined)
    return { DeviceName, ...(virtualName.startsWith('ephemeral') ? { VirtualName: virtualName } : {}) };
  const { volume_type: type, kms_key_id: key, snapshot_id: snapshot } = device;
  return {
    DeviceName,
    Ebs: {
      DeleteOnTermination: device.delete_on_termination,
      ...(type === undefined ? {} : { VolumeType: type as NonNullable<BlockDeviceMapping['Ebs']>['VolumeType'] }),
      ...(device.volume_size === undefined ? {} : { VolumeSize: device.volume_size }),
      ...(device.iops === undefined || !takesIops(type) ? {} : { Iops: device.iops }),
      ...(device.throughput === undefined ? {} : { Throughput: device.throughput }),
      ...(snapshot === undefined ? {} : { SnapshotId: snapshot }),
      ...(device.encrypted === undefined ? {} : { Encrypted: device.encrypted }),
      // EC2 takes a key only together with the word that it is to be used.
      ...((key ?? '') === '' ? {} : { KmsKeyId: key, Encrypted: true }),
    },
  };
}

/** The devices of an instance; `noEphemeral` takes away the instance store volumes that Windows would get. */
export function blockDevices(devices: readonly DeviceOptions[] | undefined, noEphemeral = false): BlockDeviceMapping[] {
  const letters = noEphemeral ? 'abcdefghijklmnopqrstuvwxyz'.split('') : [];
  return [
    ...(devices ?? []).map(blockDevice),
    ...letters.map((letter) => ({ DeviceName: `xvdc${letter}`, NoDevice: '' })),
  ];
}

/** Ids of the snapshots behind an image's or an instance's devices. */
export function snapshotsOf(devices: readonly BlockDeviceMapping[] | undefined): readonly string[] {
  return (devices ?? []).map(({ Ebs }) => Ebs?.SnapshotId ?? '').filter((id) => id !== '');
}
