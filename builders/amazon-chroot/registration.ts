import { blockDevice } from '../_amazon/api/block-devices.ts';
import type { BlockDeviceMapping, Image } from '../_amazon/api/driver.ts';
import type { NewRegistration } from '../_amazon/images/steps/register-image.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';

type Options = Pick<
  AmazonChrootBuilderConfig,
  | 'ami_architecture'
  | 'ami_block_device_mappings'
  | 'ami_virtualization_type'
  | 'boot_mode'
  | 'ena_support'
  | 'root_device_name'
  | 'root_volume_size'
  | 'sriov_support'
  | 'tpm_support'
  | 'uefi_data'
>;
type Properties = NewRegistration['image'];

function present<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

/** What is in a snapshot is encrypted or not, and EC2 takes no word on it. */
function asRegistered(device: BlockDeviceMapping): BlockDeviceMapping {
  if (device.Ebs?.SnapshotId === undefined) return device;
  const { Encrypted: _encrypted, KmsKeyId: _key, ...ebs } = device.Ebs;
  return { ...device, Ebs: ebs };
}

function devices(config: Options, source: Image | undefined, root: string, snapshotId: string): BlockDeviceMapping[] {
  const given = (config.ami_block_device_mappings ?? []).map(blockDevice);
  const all = given.length > 0 ? given : (source?.BlockDeviceMappings ?? []);
  return all.map((device) => {
    if (device.DeviceName !== root) return asRegistered(device);
    const size = Math.max(config.root_volume_size ?? 0, device.Ebs?.VolumeSize ?? 0);
    const ebs = { ...device.Ebs, SnapshotId: snapshotId, ...(size === 0 ? {} : { VolumeSize: size }) };
    return asRegistered({ DeviceName: root, Ebs: ebs });
  });
}

function ofSource(source: Image): Properties {
  const paravirtual = source.VirtualizationType === 'paravirtual';
  return present({
    Architecture: source.Architecture,
    VirtualizationType: source.VirtualizationType,
    BootMode: source.BootMode,
    ImdsSupport: source.ImdsSupport,
    EnaSupport: source.EnaSupport,
    SriovNetSupport: source.SriovNetSupport,
    KernelId: paravirtual ? source.KernelId : undefined,
    RamdiskId: paravirtual ? source.RamdiskId : undefined,
  });
}

/** What the AMI is like: as its source (undefined: from scratch), but for what the template says otherwise. */
export function imageProperties(config: Options, source: Image | undefined, snapshotId: string): Properties {
  const ownDevices = (config.ami_block_device_mappings ?? []).length > 0;
  const root = (ownDevices ? config.root_device_name : source?.RootDeviceName) ?? '';
  const fromSource =
    source === undefined
      ? { Architecture: config.ami_architecture, VirtualizationType: config.ami_virtualization_type ?? 'hvm' }
      : ofSource(source);
  const bootMode = config.boot_mode ?? source?.BootMode;
  const uefi = bootMode?.startsWith('uefi') === true;
  return {
    ...fromSource,
    ...present({
      BootMode: bootMode,
      EnaSupport: config.ena_support,
      SriovNetSupport: config.sriov_support ? 'simple' : undefined,
      TpmSupport: config.tpm_support ?? (uefi ? source?.TpmSupport : undefined),
      UefiData: config.uefi_data,
    }),
    RootDeviceName: root,
    BlockDeviceMappings: devices(config, source, root, snapshotId),
  };
}
