import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import type { BakeCheckpoint } from '../../_cloud/bake-checkpoint.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { HELD_HINT, lost } from '../../_cloud/lost.ts';
import { unlessGone } from '../../_googlecompute/api/google-error.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../instance.ts';
import { describeInstance, reasonOfState } from './instance-life.ts';

/**
 * Takes over the instance that an earlier process had started. Throws `StepError` RESUME_LOST when it is not there, or
 * does not run although provisioners are still to come.
 */
export async function findInstance(
  config: GooglecomputeBuilderConfig,
  { stage, instance: name, about }: BakeCheckpoint,
  key: KeyPair,
  google: GoogleBuild,
): Promise<Launched> {
  const { build, kinds } = google;
  const instance = await unlessGone(describeInstance(name, config, google));
  if (instance === undefined) throw lost(`the instance ${name} is not there any more`, HELD_HINT);
  const { status } = instance;
  if (stage === 'provisioning' && status !== 'RUNNING') {
    const hint = `start it and resume again: gcloud compute instances start ${name} --project=${config.project_id} --zone=${config.zone}`;
    const message = `the instance ${name} is ${status ?? ''}${reasonOfState(instance)}, and its provisioners are not through`;
    throw lost(message, hint);
  }
  build.say(`the instance ${name} is ${status ?? ''}`);
  const user = typeof about['user'] === 'string' ? about['user'] : null;
  return {
    id: name,
    key,
    about: { user, isScriptWatched: about['isScriptWatched'] === true },
    instance,
    acquired: adoptedOrKept(kinds.instance, name, build),
  };
}
