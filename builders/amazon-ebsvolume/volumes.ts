import { volumeAt, type AttachedVolume } from '../_amazon/instance/instance-volumes.ts';
import type { DeviceOptions } from '../_amazon/api/block-devices.ts';
import type { AmazonEbsvolumeBuilderConfig } from './config.gen.ts';

export type VolumeOptions = NonNullable<AmazonEbsvolumeBuilderConfig['ebs_volumes']>[number];

/** A volume that the template asks for, and what has become of it. */
export interface BuiltVolume {
  readonly options: VolumeOptions;
  readonly volume: AttachedVolume;
}

/** Instance store volumes, and devices that are left out, are none of EBS. */
export function isVolume(device: DeviceOptions): boolean {
  return !device.no_device && (device.virtual_name ?? '') === '';
}

/** The devices to launch with. All volumes go with the instance until they are what the build was for. */
export function launchDevices(volumes: readonly VolumeOptions[]): readonly DeviceOptions[] {
  return volumes.map((device) => (isVolume(device) ? { ...device, delete_on_termination: true } : device));
}

/** Throws `StepError` AMAZON_VOLUME_MISSING when the instance lacks one of them. */
export function builtVolumes(
  volumes: readonly VolumeOptions[],
  attached: readonly AttachedVolume[],
): readonly BuiltVolume[] {
  return volumes.flatMap((options, index) => {
    if (!isVolume(options)) return [];
    return [{ options, volume: volumeAt(options.device_name ?? '', attached, `/ebs_volumes/${index}`) }];
  });
}
