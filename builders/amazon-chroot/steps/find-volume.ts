import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { Volume } from '../../_amazon/api/driver.ts';
import { unlessGone } from '../../_amazon/api/failure.ts';
import type { Machine } from '../../_amazon/api/machine.ts';
import { lost } from '../../_cloud/lost.ts';
import { attachVolume, type Attached } from './attach-volume.ts';

async function describeVolume(id: string, { cloud }: AmazonBuild): Promise<Volume> {
  const { Volumes = [] } = (await unlessGone(cloud.ec2('DescribeVolumes', { VolumeIds: [id] }))) ?? {};
  const [volume] = Volumes;
  if (volume !== undefined) return volume;
  throw lost(`the volume ${id} is not there any more`);
}

/** Takes over the volume of an earlier process. Throws `StepError` RESUME_LOST when it is gone. */
export async function findVolume(id: string, amazon: AmazonBuild): Promise<void> {
  amazon.build.adopt(amazon.kinds.volume, id);
  await describeVolume(id, amazon);
}

/**
 * The volume of an earlier process as it is attached to this machine; it is attached again when somebody has detached it.
 * Throws `StepError` RESUME_LOST when it is gone, or attached to another machine.
 */
export async function findAttachment(
  id: string,
  devicePath: string | undefined,
  machine: Machine,
  amazon: AmazonBuild,
): Promise<Attached> {
  const { Attachments = [] } = await describeVolume(id, amazon);
  const used = Attachments.filter(({ State }) => State === 'attached' || State === 'attaching');
  const own = used.find(({ InstanceId }) => InstanceId === machine.instanceId);
  const acquired = adoptedOrKept(amazon.kinds.attachment, id, amazon.build);
  if (own !== undefined) return { device: (own.Device ?? '').replace(/^\/dev\/sd/, '/dev/xvd'), acquired };
  const [other] = used;
  if (other !== undefined) throw lost(`the volume ${id} is attached to ${other.InstanceId ?? 'another machine'}`);
  await acquired.release();
  return attachVolume(id, devicePath, machine, amazon);
}
