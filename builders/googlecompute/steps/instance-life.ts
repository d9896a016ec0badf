import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { Instance } from '../../_googlecompute/api/driver.ts';
import { unlessGone } from '../../_googlecompute/api/google-error.ts';
import { waitUntil, type Limit } from '../../_googlecompute/api/wait.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import { getInstance } from '../../_googlecompute/kinds/things.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

type Config = Pick<GooglecomputeBuilderConfig, 'project_id' | 'zone' | 'state_timeout'>;

export function stateLimit({ state_timeout: milliseconds }: Pick<Config, 'state_timeout'>): Limit {
  return { milliseconds, option: 'state_timeout' };
}

export function describeInstance(
  name: string,
  config: Config,
  { cloud }: Pick<GoogleBuild, 'cloud'>,
): Promise<Instance> {
  return getInstance({ project: config.project_id, place: `zones/${config.zone}`, name }, cloud);
}

/** Google's own words on why an instance is in its state. */
export function reasonOfState({ statusMessage = '' }: Instance): string {
  return statusMessage === '' || statusMessage === null ? '' : `: ${statusMessage}`;
}

/** States from which an instance does not come to run by itself. */
const ENDS = /^(STOPPING|STOPPED|SUSPENDING|SUSPENDED|TERMINATED)$/;

/** Waits until the instance is in a state. Throws `StepError` GOOGLE_FAILED when it cannot get there. */
export function waitForInstance(
  name: string,
  wanted: 'RUNNING' | 'TERMINATED',
  config: Config,
  google: GoogleBuild,
): Promise<Instance> {
  const look = async (): Promise<PollResult<Instance>> => {
    const instance = await describeInstance(name, config, google);
    const { status = 'unknown' } = instance;
    if (status === wanted) return { done: instance };
    const isOver = wanted === 'RUNNING' && ENDS.test(status ?? '');
    return isOver ? { failed: `the instance is ${status ?? ''}${reasonOfState(instance)}` } : { state: status ?? '' };
  };
  return waitUntil({ thing: `the instance ${name}`, wanted, limit: stateLimit(config), look }, google.build);
}

/** Why the instance does not run any more; undefined while it does. */
export async function whyGone(
  name: string,
  config: Config,
  google: GoogleBuild,
  cause: unknown,
): Promise<StepError | undefined> {
  const instance = await unlessGone(describeInstance(name, config, google));
  if (instance !== undefined && !ENDS.test(instance.status ?? '')) return undefined;
  const how = instance === undefined ? 'not there any more' : `${instance.status ?? ''}${reasonOfState(instance)}`;
  return new StepError(`the instance ${name} is ${how}`, { code: 'GOOGLE_INSTANCE_GONE', cause });
}
