import type { DeviceOptions } from '../_amazon/api/block-devices.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';

/** What decides on the volumes of the AMI. */
export type SurrogateOptions = Pick<
  AmazonEbssurrogateBuilderConfig,
  'ami_root_device' | 'launch_block_device_mappings' | 'ami_block_device_mappings'
>;

type RootOptions = SurrogateOptions['ami_root_device'];

/** An instance store volume, or one that is left out, has nothing that could become the AMI's. */
function isVolume(device: DeviceOptions): boolean {
  return !device.no_device && (device.virtual_name ?? '') === '';
}

/** The devices of the instance that the AMI has too. The one that runs the instance makes way for the AMI's root. */
function devicesForImage(config: SurrogateOptions): readonly DeviceOptions[] {
  const { source_device_name: source, device_name: root } = config.ami_root_device;
  return config.launch_block_device_mappings
    .filter(({ omit_from_artifact: omitted, no_device: none }) => !omitted && !none)
    .filter(({ device_name: name }) => name === source || name !== root);
}

/** Names of the instance's devices whose volumes become the AMI's. */
export function sourceDevices(config: SurrogateOptions): readonly string[] {
  return devicesForImage(config)
    .filter(isVolume)
    .map(({ device_name: name = '' }) => name);
}

/** The AMI's root device: what `ami_root_device` says wins over what the volume was launched with. */
export function rootDevice(device: DeviceOptions, root: RootOptions): DeviceOptions {
  const { iops: _iops, throughput: _throughput, ...otherType } = device;
  const retyped = root.volume_type !== undefined && root.volume_type !== device.volume_type;
  return {
    ...(retyped ? otherType : device),
    device_name: root.device_name ?? '',
    ...(root.delete_on_termination === undefined ? {} : { delete_on_termination: root.delete_on_termination }),
    ...(root.volume_type === undefined ? {} : { volume_type: root.volume_type }),
    ...(root.volume_size === undefined ? {} : { volume_size: root.volume_size }),
    ...(root.iops === undefined ? {} : { iops: root.iops }),
    ...(root.throughput === undefined ? {} : { throughput: root.throughput }),
  };
}

/** A volume that is there has its encryption already, and what it was made from does not matter any more. */
function asItIs(device: DeviceOptions): DeviceOptions {
  const { encrypted: _encrypted, kms_key_id: _key, snapshot_id: _snapshot, ...rest } = device;
  return isVolume(device) ? rest : device;
}

/**
 * The devices of the AMI, by `ami_block_device_mappings` and those of the instance, which win. `snapshots` are those of
 * the instance's volumes, by the names of its devices; without them the devices are for an image of the instance.
 */
export function imageDevices(
  config: SurrogateOptions,
  snapshots: ReadonlyMap<string, string> = new Map(),
): readonly DeviceOptions[] {
  const root = config.ami_root_device;
  const devices = new Map((config.ami_block_device_mappings ?? []).map((each) => [each.device_name ?? '', each]));
  for (const device of devicesForImage(config)) {
    const { device_name: name = '' } = device;
    const snapshot = snapshots.get(name);
    const shown = { ...asItIs(device), ...(snapshot === undefined ? {} : { snapshot_id: snapshot }) };
    const one = name === root.source_device_name ? rootDevice(shown, root) : shown;
    devices.set(one.device_name ?? '', one);
  }
  return [...devices.values()];
}
