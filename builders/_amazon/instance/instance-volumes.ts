import { StepError } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { describeInstance } from '../kinds/release.ts';

/** A volume of an instance. */
export interface AttachedVolume {
  readonly device: string;
  readonly id: string;
  /** Whether it goes with the instance. */
  readonly goes: boolean;
}

/** The volumes that the instance has now; none when it is gone. */
export async function attachedVolumes(instanceId: string, { cloud }: AmazonBuild): Promise<readonly AttachedVolume[]> {
  const instance = await describeInstance(cloud, instanceId);
  return (instance?.BlockDeviceMappings ?? []).map(({ DeviceName = '', Ebs }) => ({
    device: DeviceName,
    id: Ebs?.VolumeId ?? '',
    goes: Ebs?.DeleteOnTermination ?? false,
  }));
}

/** Throws `StepError` AMAZON_VOLUME_MISSING when the instance has no volume there; `pointer` leads to what names it. */
export function volumeAt(device: string, volumes: readonly AttachedVolume[], pointer: string): AttachedVolume {
  const volume = volumes.find((each) => each.device === device);
  if (volume !== undefined) return volume;
  const others = volumes.map((each) => each.device).join(', ');
  throw new StepError(`the instance has no volume ${device}, but ${others === '' ? 'none' : others}`, {
    code: 'AMAZON_VOLUME_MISSING',
    pointer,
  });
}
