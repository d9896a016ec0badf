import type { AmazonBuild } from '../amazon-build.ts';
import type { DriverOptions } from './find-source-image.ts';
import { waitForState } from './instance-life.ts';
import { isSpot } from './launch-data.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { onceKnown } from '../api/wait.ts';

const SYSPREP_LIMIT = 60 * 60_000;

/** Stops the instance, so that its volumes are whole. A spot instance cannot be stopped; making the image reboots it. */
export async function stopInstance(config: RunOptions, id: string, amazon: AmazonBuild): Promise<void> {
  if (isSpot(config)) return;
  const { build, cloud } = amazon;
  if (config.disable_stop_instance) {
    build.say('waiting until the guest shuts itself down');
    await waitForState(id, 'stopped', amazon, SYSPREP_LIMIT);
    return;
  }
  await onceKnown(() => cloud.ec2('StopInstances', { InstanceIds: [id] }), build.signal);
  await waitForState(id, 'stopped', amazon, 30 * 60_000);
}

/** Says of the instance, and so of its image, that its guest has the drivers for enhanced networking. */
export async function setNetworkDrivers(config: DriverOptions, id: string, { cloud }: AmazonBuild): Promise<void> {
  if (config.sriov_support === true) {
    await cloud.ec2('ModifyInstanceAttribute', { InstanceId: id, SriovNetSupport: { Value: 'simple' } });
  }
  if (config.ena_support !== undefined) {
    await cloud.ec2('ModifyInstanceAttribute', { InstanceId: id, EnaSupport: { Value: config.ena_support } });
  }
}
