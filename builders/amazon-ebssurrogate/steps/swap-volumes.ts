import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { locatorOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { Volume } from '../../_amazon/api/driver.ts';
import { amazonCode } from '../../_amazon/api/failure.ts';
import { attachedVolumes, type AttachedVolume } from '../../_amazon/instance/instance-volumes.ts';
import { TEN_MINUTES, waitUntil } from '../../_amazon/api/wait-until.ts';
import type { SurrogateOptions } from '../devices.ts';
import { planSwap } from '../swap-plan.ts';

async function describeVolume(id: string, { cloud }: AmazonBuild): Promise<Volume | undefined> {
  return (await cloud.ec2('DescribeVolumes', { VolumeIds: [id] })).Volumes?.[0];
}

async function waitForVolume(id: string, wanted: 'attached' | 'available', amazon: AmazonBuild): Promise<void> {
  const look = async (): Promise<PollResult<undefined> | undefined> => {
    const { State, Attachments = [] } = (await describeVolume(id, amazon)) ?? {};
    const state = Attachments[0]?.State ?? State;
    if (state === undefined) return undefined;
    return state === wanted ? { done: undefined } : { state };
  };
  await waitUntil({ thing: `the volume ${id}`, wanted, limit: TEN_MINUTES, look }, amazon);
}

/** Of a call whose earlier attempt was carried out: AWS refuses the second one. */
async function unlessDone(call: Promise<unknown>, codes: RegExp, isDone: () => Promise<boolean>): Promise<void> {
  await call.catch(async (error: unknown) => {
    if (!codes.test(amazonCode(error) ?? '') || !(await isDone())) throw error;
  });
}

async function detach({ id }: AttachedVolume, amazon: AmazonBuild): Promise<void> {
  await unlessDone(amazon.cloud.ec2('DetachVolume', { VolumeId: id }), /^IncorrectState$/, async () => {
    const { Attachments = [] } = (await describeVolume(id, amazon)) ?? {};
    return Attachments[0]?.State !== 'attached';
  });
  await waitForVolume(id, 'available', amazon);
}

/** From now on the volume does not go with the instance. Resolves with what hands it over to the instance again. */
async function takeOff(volume: AttachedVolume, amazon: AmazonBuild): Promise<() => Promise<void>> {
  const { build, cloud, kinds } = amazon;
  build.say(`detaching the volume ${volume.id} of ${volume.device}`);
  if (!volume.goes) {
    await detach(volume, amazon);
    return () => Promise.resolve();
  }
  const acquired = await build.acquire(kinds.instanceVolume, {
    describe: `volume ${volume.id} of ${volume.device} in ${cloud.region}`,
    locator: locatorOf(cloud, { volume: volume.id }),
    create: async () => {
      await detach(volume, amazon);
      return { id: volume.id, handle: undefined };
    },
  });
  return () => acquired.keep();
}

async function attach(
  { id, goes }: AttachedVolume,
  Device: string,
  InstanceId: string,
  amazon: AmazonBuild,
): Promise<void> {
  const { build, cloud } = amazon;
  build.say(`attaching the volume ${id} as ${Device}`);
  await unlessDone(cloud.ec2('AttachVolume', { InstanceId, VolumeId: id, Device }), /^VolumeInUse$/, async () => {
    const { Attachments = [] } = (await describeVolume(id, amazon)) ?? {};
    return Attachments.some((each) => each.InstanceId === InstanceId && each.Device === Device);
  });
  await waitForVolume(id, 'attached', amazon);
  // What is attached later stays when the instance goes, unless it is told otherwise.
  if (!goes) return;
  const BlockDeviceMappings = [{ DeviceName: Device, Ebs: { VolumeId: id, DeleteOnTermination: true } }];
  await cloud.ec2('ModifyInstanceAttribute', { InstanceId, BlockDeviceMappings });
}

/**
 * Makes the volume of `source_device_name` the root of the stopped instance, and takes away those that are not to be in
 * the image. Throws `StepError` AMAZON_VOLUME_MISSING.
 */
export async function swapVolumes(config: SurrogateOptions, instanceId: string, amazon: AmazonBuild): Promise<void> {
  const { device_name: root = '' } = config.ami_root_device;
  const plan = planSwap(config, await attachedVolumes(instanceId, amazon));
  for (const volume of plan.remove) await takeOff(volume, amazon);
  if (plan.move === undefined) return;
  const handOver = await takeOff(plan.move, amazon);
  await attach(plan.move, root, instanceId, amazon);
  await handOver();
}
