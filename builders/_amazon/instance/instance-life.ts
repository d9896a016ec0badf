import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Instance } from '../api/driver.ts';
import { describeInstance } from '../kinds/release.ts';
import { TEN_MINUTES, waitUntil } from '../api/wait-until.ts';

export const SPOT_HINT = 'AWS took the spot instance back; run the build again';

/** AWS's own words on why an instance is in its state. */
export function reasonOfState(instance: Instance): string {
  const { StateReason, StateTransitionReason } = instance;
  const said = [StateReason?.Message, StateReason?.Code, StateTransitionReason].find((text) => (text ?? '') !== '');
  return said === undefined ? '' : `: ${said}`;
}

function gone(id: string, state: string, instance: Instance): PollResult<Instance> {
  const failed = `the instance ${id} is ${state}${reasonOfState(instance)}`;
  const code = instance.StateReason?.Code ?? '';
  if (code === 'Client.InternalError') {
    return { failed, hint: 'often a key of KMS that the instance may not use: see the key policy' };
  }
  return code.includes('Spot') ? { failed, hint: SPOT_HINT } : { failed };
}

/** Waits until the instance is in a state. Throws `StepError` AMAZON_FAILED with AWS's reason when it cannot get there. */
export async function waitForState(
  id: string,
  wanted: 'running' | 'stopped',
  amazon: AmazonBuild,
  limit: number = TEN_MINUTES,
): Promise<Instance> {
  const look = async (): Promise<PollResult<Instance> | undefined> => {
    const instance = await describeInstance(amazon.cloud, id);
    const state = instance?.State?.Name;
    if (instance === undefined || state === undefined) return undefined;
    if (state === wanted) return { done: instance };
    const ends = ['terminated', 'shutting-down', ...(wanted === 'running' ? ['stopped', 'stopping'] : [])];
    return ends.includes(state) ? gone(id, state, instance) : { state };
  };
  return waitUntil({ thing: `the instance ${id}`, wanted, limit, look }, amazon);
}
