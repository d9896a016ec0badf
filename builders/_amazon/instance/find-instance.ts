import { StepError } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { keyOf, type Checkpoint } from '../checkpoint.ts';
import type { Instance } from '../api/driver.ts';
import { unlessGone } from '../api/failure.ts';
import { reasonOfState } from './instance-life.ts';
import { describeInstance } from '../kinds/release.ts';
import type { Launched } from './launch.ts';

function lost(id: string, instance: Instance | undefined): StepError {
  const how =
    instance === undefined ? 'not there any more' : `${instance.State?.Name ?? 'gone'}${reasonOfState(instance)}`;
  return new StepError(`the instance ${id} is ${how}`, {
    code: 'RESUME_LOST',
    hint: 'build the template anew; "kiln gc -held" removes what is left of this build',
  });
}

function notRunning(id: string, state: string, region: string): StepError {
  return new StepError(`the instance ${id} is ${state}, and its provisioners are not through`, {
    code: 'RESUME_LOST',
    hint: `start it and resume again: aws --region ${region} ec2 start-instances --instance-ids ${id}`,
  });
}

/**
 * Takes over the instance that an earlier process had started, and its key. Throws `StepError` RESUME_LOST when it is
 * not there, or does not run although provisioners are still to come.
 */
export async function findInstance(checkpoint: Checkpoint, amazon: AmazonBuild): Promise<Launched> {
  const { build, cloud, kinds } = amazon;
  const key = await keyOf(checkpoint);
  build.addSecret(key.privateKey ?? '');
  const { id } = build.adopt(kinds.instance, checkpoint.instance);
  const instance = await unlessGone(describeInstance(cloud, id));
  const state = instance?.State?.Name ?? 'terminated';
  if (instance === undefined || state === 'terminated' || state === 'shutting-down') throw lost(id, instance);
  if (checkpoint.stage === 'provisioning' && state !== 'running') throw notRunning(id, state, cloud.region);
  build.say(`the instance ${id} is ${state}`);
  return { instance, key };
}
