import { OWN_TAGS, type CloudRelease, type Locator, type PollResult } from '../../../plugins/sdk/cloud.ts';
import { snapshotsOf } from '../api/block-devices.ts';
import type { Cloud } from '../api/cloud.ts';
import type { Instance, VolumeAttachment } from '../api/driver.ts';
import { unlessGone } from '../api/failure.ts';

export async function describeInstance(cloud: Cloud, id: string): Promise<Instance | undefined> {
  const { Reservations = [] } = await cloud.ec2('DescribeInstances', { InstanceIds: [id] });
  return Reservations.flatMap(({ Instances = [] }) => Instances).at(0);
}

/** Volumes that EC2 would leave when the instance goes, but those of devices that the template wants to stay. */
async function strayVolumes(id: string, cloud: Cloud, locator: Locator): Promise<readonly string[]> {
  const kept = locator.list('keptDevices');
  const instance = await describeInstance(cloud, id);
  return (instance?.BlockDeviceMappings ?? [])
    .filter(({ DeviceName = '', Ebs }) => Ebs?.DeleteOnTermination === false && !kept.includes(DeviceName))
    .map(({ Ebs }) => Ebs?.VolumeId ?? '');
}

/**
 * Terminates the instance and waits until it is gone. With the member `mayLeaveVolumes` those of its volumes that EC2
 * leaves are deleted, but not those of `keptDevices`.
 */
export async function releaseInstance(
  id: string,
  cloud: Cloud,
  locator: Locator,
  context: CloudRelease,
): Promise<void> {
  const stray = locator.list('mayLeaveVolumes').length > 0 ? await strayVolumes(id, cloud, locator) : [];
  await cloud.ec2('TerminateInstances', { InstanceIds: [id] });
  const look = async (): Promise<PollResult<undefined>> => {
    const state = (await describeInstance(cloud, id))?.State?.Name ?? 'terminated';
    return state === 'terminated' ? { done: undefined } : { state };
  };
  await context.waitUntilGone({ what: `the instance ${id} to be terminated`, look });
  for (const VolumeId of stray) {
    await context.whileInUse(() => unlessGone(cloud.ec2('DeleteVolume', { VolumeId })));
  }
}

export async function releaseSecurityGroup(
  GroupId: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await context.whileInUse(() => cloud.ec2('DeleteSecurityGroup', { GroupId }));
}

export async function releaseRole(RoleName: string, cloud: Cloud): Promise<void> {
  await unlessGone(cloud.iam('DeleteRolePolicy', { RoleName, PolicyName: RoleName }));
  await cloud.iam('DeleteRole', { RoleName });
}

export async function releaseProfile(name: string, cloud: Cloud): Promise<void> {
  // The role has the profile's name.
  await unlessGone(cloud.iam('RemoveRoleFromInstanceProfile', { InstanceProfileName: name, RoleName: name }));
  await cloud.iam('DeleteInstanceProfile', { InstanceProfileName: name });
}

async function goesWithInstance(
  VolumeId: string,
  { InstanceId, Device }: VolumeAttachment,
  cloud: Cloud,
): Promise<void> {
  await cloud.ec2('ModifyInstanceAttribute', {
    InstanceId,
    BlockDeviceMappings: [{ DeviceName: Device, Ebs: { VolumeId, DeleteOnTermination: true } }],
  });
}

/** Deletes the volume, or has it deleted together with the instance that it is attached to. */
export async function releaseInstanceVolume(
  VolumeId: string,
  cloud: Cloud,
  _locator: Locator,
  context: CloudRelease,
): Promise<void> {
  const { Volumes = [] } = await cloud.ec2('DescribeVolumes', { VolumeIds: [VolumeId] });
  const attachment = Volumes[0]?.Attachments?.find(({ State }) => State === 'attached' || State === 'attaching');
  if (attachment !== undefined) return goesWithInstance(VolumeId, attachment, cloud);
  await context.whileInUse(() => unlessGone(cloud.ec2('DeleteVolume', { VolumeId })));
}

/** Ids of the snapshots that carry one of these marks. */
export async function snapshotsMarked(marks: readonly string[], cloud: Cloud): Promise<readonly string[]> {
  if (marks.length === 0) return [];
  const Filters = [{ Name: `tag:${OWN_TAGS.token}`, Values: [...marks] }];
  const { Snapshots = [] } = await cloud.ec2('DescribeSnapshots', { OwnerIds: ['self'], Filters });
  return Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
}

async function deleteSnapshots(ids: Iterable<string>, cloud: Cloud, context: CloudRelease): Promise<void> {
  for (const SnapshotId of new Set(ids)) {
    await context.whileInUse(() => unlessGone(cloud.ec2('DeleteSnapshot', { SnapshotId })));
  }
}

/** Deletes the snapshot, and those that carry a mark of the member `snapshots` too because a reply was lost. */
export async function releaseSnapshot(
  id: string,
  cloud: Cloud,
  locator: Locator,
  context: CloudRelease,
): Promise<void> {
  await deleteSnapshots([id, ...(await snapshotsMarked(locator.list('snapshots'), cloud))], cloud, context);
}

/** The snapshots with a mark of the image; EC2 may not list those of a new one yet, nor name them as the image's. */
async function markedSnapshots(
  locator: Locator,
  anyKnown: boolean,
  cloud: Cloud,
  context: CloudRelease,
): Promise<readonly string[]> {
  const marks = locator.list('snapshots');
  const look = (): Promise<readonly string[]> => snapshotsMarked(marks, cloud);
  return marks.length === 0 || anyKnown ? look() : context.lookForNew(look);
}

/**
 * Deregisters the image and deletes its snapshots, also those that carry a mark of the member `snapshots`, and not those
 * of `foreignSnapshots`. With the member `ownSnapshots` it deletes those.
 */
export async function releaseImage(id: string, cloud: Cloud, locator: Locator, context: CloudRelease): Promise<void> {
  const { Images = [] } = (await unlessGone(cloud.ec2('DescribeImages', { ImageIds: [id] }))) ?? {};
  await unlessGone(cloud.ec2('DeregisterImage', { ImageId: id }));
  const foreign = locator.list('foreignSnapshots');
  const known = locator.list('ownSnapshots');
  const behind = Images.flatMap(({ BlockDeviceMappings }) => snapshotsOf(BlockDeviceMappings));
  const marked = await markedSnapshots(locator, behind.length > 0, cloud, context);
  await deleteSnapshots(
    [...(known.length > 0 ? known : behind), ...marked].filter((snapshot) => !foreign.includes(snapshot)),
    cloud,
    context,
  );
}
