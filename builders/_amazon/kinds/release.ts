import type { JsonValue, ReleaseContext } from '../../../plugins/sdk/index.ts';
import { snapshotsOf } from '../api/block-devices.ts';
import type { Cloud } from '../api/cloud.ts';
import { doubtOf, lookFor } from '../api/doubt.ts';
import type { Instance, VolumeAttachment } from '../api/driver.ts';
import { amazonCode, unlessGone } from '../api/failure.ts';
import { TOKEN_TAG } from '../tags.ts';
import { pollingFrom, waitFor, whileUnsettled, type Standing, type Wait } from '../api/wait.ts';

/** Milliseconds; a release as a whole has five minutes. */
const LIMIT = 4 * 60_000;

/** Goes on while other things, which are on their way out, still use the one that is to go. */
export function whileInUse(call: () => Promise<unknown>, { signal }: ReleaseContext): Promise<unknown> {
  const inUse = (error: unknown): boolean => /DependencyViolation|InUse|DeleteConflict/.test(amazonCode(error) ?? '');
  return whileUnsettled(call, inUse, { signal, limit: LIMIT });
}

/** Waits until what is being given back is gone. */
export function waitUntilReleased<T>(
  wait: Pick<Wait<T>, 'what' | 'look' | 'mayBeUnknown'>,
  { signal }: ReleaseContext,
): Promise<T> {
  const limit = { milliseconds: LIMIT, hint: 'AWS may only be slow: "kiln gc" looks again, and removes what is left' };
  return waitFor({ ...wait, limit, polling: pollingFrom(undefined, process.env), signal });
}

export async function describeInstance(cloud: Cloud, id: string): Promise<Instance | undefined> {
  const { Reservations = [] } = await cloud.ec2('DescribeInstances', { InstanceIds: [id] });
  return Reservations.flatMap(({ Instances = [] }) => Instances).at(0);
}

/** The texts of a hint that is a list; none when there is no such hint. */
export function listOf(hints: JsonValue, name: string): readonly string[] {
  const value =
    typeof hints === 'object' && hints !== null && !Array.isArray(hints)
      ? (hints as Record<string, JsonValue>)[name]
      : [];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Volumes that EC2 would leave when the instance goes, but those of devices that the template wants to stay. */
async function strayVolumes(id: string, cloud: Cloud, hints: JsonValue): Promise<readonly string[]> {
  const kept = listOf(hints, 'keptDevices');
  const instance = await describeInstance(cloud, id);
  return (instance?.BlockDeviceMappings ?? [])
    .filter(({ DeviceName = '', Ebs }) => Ebs?.DeleteOnTermination === false && !kept.includes(DeviceName))
    .map(({ Ebs }) => Ebs?.VolumeId ?? '');
}

/**
 * Terminates the instance and waits until it is gone. With the hint `mayLeaveVolumes` those of its volumes that EC2
 * leaves are deleted, but not those of `keptDevices`.
 */
export async function releaseInstance(
  id: string,
  cloud: Cloud,
  hints: JsonValue,
  context: ReleaseContext,
): Promise<void> {
  const stray = listOf(hints, 'mayLeaveVolumes').length > 0 ? await strayVolumes(id, cloud, hints) : [];
  await cloud.ec2('TerminateInstances', { InstanceIds: [id] });
  const look = async (): Promise<Standing<undefined>> => {
    const state = (await describeInstance(cloud, id))?.State?.Name ?? 'terminated';
    return state === 'terminated' ? { done: undefined } : { state };
  };
  await waitUntilReleased({ what: `the instance ${id} to be terminated`, look }, context);
  for (const VolumeId of stray) {
    await whileInUse(() => unlessGone(cloud.ec2('DeleteVolume', { VolumeId })), context);
  }
}

export async function releaseSecurityGroup(
  GroupId: string,
  cloud: Cloud,
  _hints: JsonValue,
  context: ReleaseContext,
): Promise<void> {
  await whileInUse(() => cloud.ec2('DeleteSecurityGroup', { GroupId }), context);
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
  _hints: JsonValue,
  context: ReleaseContext,
): Promise<void> {
  const { Volumes = [] } = await cloud.ec2('DescribeVolumes', { VolumeIds: [VolumeId] });
  const attachment = Volumes[0]?.Attachments?.find(({ State }) => State === 'attached' || State === 'attaching');
  if (attachment !== undefined) return goesWithInstance(VolumeId, attachment, cloud);
  await whileInUse(() => unlessGone(cloud.ec2('DeleteVolume', { VolumeId })), context);
}

/** Ids of the snapshots that carry one of these marks. */
export async function snapshotsMarked(marks: readonly string[], cloud: Cloud): Promise<readonly string[]> {
  if (marks.length === 0) return [];
  const Filters = [{ Name: `tag:${TOKEN_TAG}`, Values: [...marks] }];
  const { Snapshots = [] } = await cloud.ec2('DescribeSnapshots', { OwnerIds: ['self'], Filters });
  return Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
}

async function deleteSnapshots(ids: Iterable<string>, cloud: Cloud, context: ReleaseContext): Promise<void> {
  for (const SnapshotId of new Set(ids)) {
    await whileInUse(() => unlessGone(cloud.ec2('DeleteSnapshot', { SnapshotId })), context);
  }
}

/** Deletes the snapshot, and those that carry a mark of the hint `snapshots` too because a reply was lost. */
export async function releaseSnapshot(
  id: string,
  cloud: Cloud,
  hints: JsonValue,
  context: ReleaseContext,
): Promise<void> {
  await deleteSnapshots([id, ...(await snapshotsMarked(listOf(hints, 'snapshots'), cloud))], cloud, context);
}

/** The snapshots with a mark of the image; EC2 may not list those of a new one yet, nor name them as the image's. */
async function markedSnapshots(
  hints: JsonValue,
  anyKnown: boolean,
  cloud: Cloud,
  context: ReleaseContext,
): Promise<readonly string[]> {
  const marks = listOf(hints, 'snapshots');
  const look = (): Promise<readonly string[]> => snapshotsMarked(marks, cloud);
  const doubt = doubtOf(context);
  return marks.length === 0 || anyKnown || doubt === 0 ? look() : lookFor(look, doubt, context.signal);
}

/**
 * Deregisters the image and deletes its snapshots, also those that carry a mark of the hint `snapshots`, and not those
 * of `foreignSnapshots`. With the hint `ownSnapshots` it deletes those.
 */
export async function releaseImage(id: string, cloud: Cloud, hints: JsonValue, context: ReleaseContext): Promise<void> {
  const { Images = [] } = (await unlessGone(cloud.ec2('DescribeImages', { ImageIds: [id] }))) ?? {};
  await unlessGone(cloud.ec2('DeregisterImage', { ImageId: id }));
  const foreign = listOf(hints, 'foreignSnapshots');
  const known = listOf(hints, 'ownSnapshots');
  const behind = Images.flatMap(({ BlockDeviceMappings }) => snapshotsOf(BlockDeviceMappings));
  const marked = await markedSnapshots(hints, behind.length > 0, cloud, context);
  await deleteSnapshots(
    [...(known.length > 0 ? known : behind), ...marked].filter((snapshot) => !foreign.includes(snapshot)),
    cloud,
    context,
  );
}
