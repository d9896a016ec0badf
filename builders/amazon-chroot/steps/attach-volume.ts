import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { aboutOption, StepError, type Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import { amazonCode, isNotFound } from '../../_amazon/api/failure.ts';
import type { Machine } from '../../_amazon/api/machine.ts';
import { describeInstance } from '../../_amazon/kinds/release.ts';
import { onceKnown } from '../../_amazon/api/wait.ts';
import { TEN_MINUTES, waitUntil } from '../../_amazon/api/wait-until.ts';
import { freeDevices, nameForEc2 } from '../device-names.ts';
import { deviceNodes } from '../driver.ts';

export interface Attached {
  /** "/dev/xvdf" */
  readonly device: string;
  readonly acquired: Acquired<string, undefined>;
}

/** EC2 gives a name to one volume only; somebody else was faster. */
function isTaken(error: unknown): boolean {
  return amazonCode(error) === 'InvalidParameterValue' && error instanceof Error && /in use/.test(error.message);
}

async function candidates(
  given: string | undefined,
  { instanceId }: Machine,
  amazon: AmazonBuild,
): Promise<readonly string[]> {
  if (given !== undefined && given !== '') return [given];
  const instance = await describeInstance(amazon.cloud, instanceId);
  const attached = (instance?.BlockDeviceMappings ?? []).map(({ DeviceName = '' }) => DeviceName);
  return freeDevices([...attached, ...(await deviceNodes())]);
}

/** The volume may be ours already, when the reply to the first attempt was lost. */
async function ownDevice(
  error: unknown,
  volumeId: string,
  { instanceId }: Machine,
  { cloud }: AmazonBuild,
): Promise<string> {
  if (!/^(VolumeInUse|IncorrectState)$/.test(amazonCode(error) ?? '')) throw error;
  const { Volumes = [] } = await cloud.ec2('DescribeVolumes', { VolumeIds: [volumeId] });
  const own = Volumes[0]?.Attachments?.find(({ InstanceId }) => InstanceId === instanceId)?.Device;
  if (own === undefined) throw error;
  return own.replace(/^\/dev\/sd/, '/dev/xvd');
}

async function attach(
  volumeId: string,
  devices: readonly string[],
  machine: Machine,
  amazon: AmazonBuild,
): Promise<string> {
  for (const device of devices) {
    const request = { VolumeId: volumeId, InstanceId: machine.instanceId, Device: nameForEc2(device) };
    try {
      await onceKnown(() => amazon.cloud.ec2('AttachVolume', request), amazon.build.signal, volumeId);
      return device;
    } catch (error) {
      if (!isTaken(error) || devices.length === 1) return ownDevice(error, volumeId, machine, amazon);
      amazon.build.debug(`${device} was taken meanwhile`);
    }
  }
  throw new StepError(`${machine.instanceId} has no free device name from /dev/xvdf to /dev/xvdp`, {
    code: 'AMAZON_CHROOT_NO_DEVICE',
    pointer: '/device_path',
    hint: 'detach volumes that are not needed, or name a free device with device_path',
  });
}

async function waitUntilAttached(volumeId: string, amazon: AmazonBuild): Promise<void> {
  const look = async (): Promise<PollResult<undefined>> => {
    const { Volumes = [] } = await amazon.cloud.ec2('DescribeVolumes', { VolumeIds: [volumeId] });
    const state = Volumes[0]?.Attachments?.[0]?.State;
    return state === 'attached' ? { done: undefined } : { state: state ?? 'not attached yet' };
  };
  await waitUntil({ thing: `the volume ${volumeId}`, wanted: 'attached', limit: TEN_MINUTES, look }, amazon);
}

/** Attaches the volume to this machine under a free name. Throws `StepError` AMAZON_CHROOT_NO_DEVICE. */
export async function attachVolume(
  volumeId: string,
  devicePath: string | undefined,
  machine: Machine,
  amazon: AmazonBuild,
): Promise<Attached> {
  const { build, cloud, kinds } = amazon;
  const devices = await candidates(devicePath, machine, amazon).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new StepError(`${machine.instanceId}, on which Kiln runs, is not of the account that it builds in`, {
      code: 'AMAZON_NOT_ON_EC2',
      hint: 'use credentials of the account of this machine',
      cause: error,
    });
  });
  const acquired = await build.acquire(kinds.attachment, {
    describe: `attachment of ${volumeId} to ${machine.instanceId}`,
    locator: locatorOf(cloud, { volume: volumeId }),
    create: async () => ({
      id: volumeId,
      handle: await aboutOption('/device_path', () => attach(volumeId, devices, machine, amazon)),
    }),
  });
  await waitUntilAttached(volumeId, amazon);
  const device = acquired.handle;
  build.say(`the volume ${volumeId} is attached as ${device}`);
  return { device, acquired: { ...acquired, handle: undefined } };
}
