import { pendingOperations, type PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import { checkpointOf, keyOf, type BakeCheckpoint } from './bake-checkpoint.ts';
import type { BakeInstance, KeyPair } from './key-pair.ts';

/** What of a bake is the provider's and the builder's own. */
export interface BakeParts<Instance extends BakeInstance, Result> {
  /**
   * Takes over the instance of an earlier process. Throws `StepError` RESUME_LOST when it is not there, or does not run
   * although provisioners are still to come.
   */
  takeOver(before: BakeCheckpoint, key: KeyPair): Promise<Instance>;
  /** Connects to the guest and runs the provisioners. */
  provision(instance: Instance): Promise<void>;
  /** Makes what the build is for. */
  make(instance: Instance, pending: PendingOperations): Promise<Result>;
  /** The result, for the journal; null when there is nothing that could be found again. */
  note(result: Result): JsonValue;
  /** The result that an earlier process had noted. Throws `StepError` RESUME_LOST when it is not there any more. */
  find(noted: JsonValue): Promise<Result>;
  /** What is left to do with the result, until it is kept. */
  finish(result: Result, instanceId: string): Promise<Artifact>;
}

async function change<Instance extends BakeInstance, Result>(
  parts: BakeParts<Instance, Result>,
  instance: Instance,
  facts: JsonObject,
  build: BuildRun,
): Promise<void> {
  await build.checkpoint(checkpointOf('provisioning', instance, facts));
  await parts.provision(instance);
  await build.checkpoint(checkpointOf('provisioned', instance, facts));
}

async function complete<Instance extends BakeInstance, Result>(
  parts: BakeParts<Instance, Result>,
  instance: Instance,
  { facts, pending }: Pick<BakeCheckpoint, 'facts' | 'pending'>,
  build: BuildRun,
): Promise<Artifact> {
  const operations = pendingOperations(build, pending, (noted) =>
    checkpointOf('provisioned', instance, facts, { pending: noted }),
  );
  const result = await parts.make(instance, operations);
  const noted = parts.note(result);
  if (noted !== null) await build.checkpoint(checkpointOf('made', instance, facts, { result: noted }));
  return parts.finish(result, instance.id);
}

/** Runs the provisioners on an instance that was started a moment ago, and makes something of what it has become. */
export async function bake<Instance extends BakeInstance, Result>(
  parts: BakeParts<Instance, Result>,
  instance: Instance,
  facts: JsonObject,
  build: BuildRun,
): Promise<Artifact> {
  await change(parts, instance, facts, build);
  return complete(parts, instance, { facts, pending: {} }, build);
}

/** Goes on with the instance of an earlier process, or with what was made of it when that is there already. */
export async function resumeBake<Instance extends BakeInstance, Result>(
  parts: BakeParts<Instance, Result>,
  before: BakeCheckpoint,
  build: BuildRun,
): Promise<Artifact> {
  if (before.stage === 'made') return parts.finish(await parts.find(before.result), before.instance);
  const key = await keyOf(before);
  build.addSecret(key.privateKey ?? '');
  const instance = await build.step('find instance', () => parts.takeOver(before, key));
  if (before.stage === 'provisioning') await change(parts, instance, before.facts, build);
  return complete(parts, instance, before, build);
}
