import type { CloudRelease, Locator, PollResult } from '../../../plugins/sdk/cloud.ts';
import type { Cloud } from '../api/cloud.ts';
import { amazonCode, unlessGone } from '../api/failure.ts';

/** Deletes the volume once it is detached. */
export async function releaseVolume(
  VolumeId: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await context.whileInUse(() => unlessGone(cloud.ec2('DeleteVolume', { VolumeId })));
}

function isDetached(error: unknown): boolean {
  return /^(IncorrectState|InvalidAttachment\.NotFound)$/.test(amazonCode(error) ?? '');
}

/** Detaches the volume and waits until it is free. */
export async function releaseAttachment(
  VolumeId: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await unlessGone(cloud.ec2('DetachVolume', { VolumeId })).catch((error: unknown) => {
    if (!isDetached(error)) throw error;
  });
  const look = async (): Promise<PollResult<undefined>> => {
    const { Volumes = [] } = await cloud.ec2('DescribeVolumes', { VolumeIds: [VolumeId] });
    const { State = 'available', Attachments = [] } = Volumes[0] ?? {};
    return State === 'in-use' ? { state: Attachments[0]?.State ?? State } : { done: undefined };
  };
  await context.waitUntilGone({ what: `the volume ${VolumeId} to be detached`, look, mayBeUnknown: 0 });
}

/** The volume, when it is attached to something. */
export async function ifAttached(VolumeId: string, cloud: Cloud): Promise<readonly string[]> {
  const { Volumes = [] } = await cloud.ec2('DescribeVolumes', { VolumeIds: [VolumeId] });
  return Volumes.some(({ State }) => State === 'in-use') ? [VolumeId] : [];
}
