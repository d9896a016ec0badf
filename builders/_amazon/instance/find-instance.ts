import { StepError } from '../../../plugins/sdk/index.ts';
import type { BakeCheckpoint } from '../../_cloud/bake-checkpoint.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { HELD_HINT, lost } from '../../_cloud/lost.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Instance } from '../api/driver.ts';
import { unlessGone } from '../api/failure.ts';
import { reasonOfState } from './instance-life.ts';
import { describeInstance } from '../kinds/release.ts';
import type { Launched } from './launch.ts';

function gone(id: string, instance: Instance | undefined): StepError {
  const how =
    instance === undefined ? 'not there any more' : `${instance.State?.Name ?? 'gone'}${reasonOfState(instance)}`;
  return lost(`the instance ${id} is ${how}`, HELD_HINT);
}

function notRunning(id: string, state: string, region: string): StepError {
  const hint = `start it and resume again: aws --region ${region} ec2 start-instances --instance-ids ${id}`;
  return lost(`the instance ${id} is ${state}, and its provisioners are not through`, hint);
}

/**
 * Takes over the instance that an earlier process had started. Throws `StepError` RESUME_LOST when it is not there, or
 * does not run although provisioners are still to come.
 */
export async function findInstance(before: BakeCheckpoint, key: KeyPair, amazon: AmazonBuild): Promise<Launched> {
  const { build, cloud, kinds } = amazon;
  const { id } = build.adopt(kinds.instance, before.instance);
  const instance = await unlessGone(describeInstance(cloud, id));
  const state = instance?.State?.Name ?? 'terminated';
  if (instance === undefined || state === 'terminated' || state === 'shutting-down') throw gone(id, instance);
  if (before.stage === 'provisioning' && state !== 'running') throw notRunning(id, state, cloud.region);
  build.say(`the instance ${id} is ${state}`);
  return { id, instance, key };
}
