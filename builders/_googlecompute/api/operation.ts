import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { throwIfCancelled } from '../../../plugins/sdk/index.ts';
import type { Call, Cloud } from './cloud.ts';
import type { Compute, Operation } from './driver.ts';
import { explain } from './failure.ts';
import { GoogleError } from './google-error.ts';
import { waitUntil, type Limit, type WaitingBuild } from './wait.ts';

/** "us-central1-a" of a link. */
function last(link: string | null | undefined): string {
  return link?.split('/').at(-1) ?? '';
}

/** "bakery" of a link to an operation. */
function projectOf(link: string | null | undefined): string {
  return /\/projects\/([^/]+)\//.exec(link ?? '')?.[1] ?? '';
}

/** Asks Google to answer when the operation is done, or after two minutes. */
function ask(compute: Compute, operation: Operation, call: Call): Promise<{ readonly data: Operation }> {
  const { name, zone, region, selfLink } = operation;
  const named = { project: projectOf(selfLink), operation: name ?? '' };
  if (zone !== undefined && zone !== null) return compute.zoneOperations.wait({ ...named, zone: last(zone) }, call);
  if (region !== undefined && region !== null)
    return compute.regionOperations.wait({ ...named, region: last(region) }, call);
  return compute.globalOperations.wait(named, call);
}

/** The operation as it is when it is done, or after two minutes. */
export function lookAtOperation(operation: Operation, cloud: Pick<Cloud, 'look'>): Promise<Operation> {
  return cloud.look((compute, call) => ask(compute, operation, call));
}

/** What an operation that is done has failed with; undefined: nothing. */
export function faultOf(operation: Operation): GoogleError | undefined {
  const [first] = operation.error?.errors ?? [];
  if (first === undefined) return undefined;
  const { code, message } = first;
  const status = operation.httpErrorStatusCode ?? 400;
  return new GoogleError(message ?? operation.httpErrorMessage ?? 'no reason given', { status, reason: code ?? '' });
}

/**
 * Waits until an operation is done, be it of a zone, a region or global. Throws `StepError` GOOGLE_… with the
 * operation's own code and words when it failed, and `TimeoutError` GOOGLE_TIMEOUT.
 */
export async function waitForOperation(
  operation: Operation,
  {
    what,
    limit,
  }: { /** Completes "waiting for …": "the instance web". */ readonly what: string; readonly limit: Limit },
  { cloud, build }: { readonly cloud: Cloud; readonly build: WaitingBuild },
): Promise<void> {
  const deadline = AbortSignal.timeout(limit.milliseconds);
  let last = operation;
  const look = async (): Promise<PollResult<Operation>> => {
    if (last.status === 'DONE') return { done: last };
    try {
      last = await cloud.ask((compute, call) => ask(compute, operation, call), deadline);
    } catch (error) {
      throwIfCancelled(build.signal);
      // Google's answer would have come after the end of this wait.
      if (!deadline.aborted) throw error;
    }
    const { status, progress } = last;
    return status === 'DONE' ? { done: last } : { state: `${status ?? 'unknown'} (${String(progress ?? 0)} %)` };
  };
  const done = await waitUntil({ thing: what, wanted: 'done', limit, look }, build);
  const fault = faultOf(done);
  if (fault !== undefined) throw explain(fault, `${what}: `);
}

/** Has Google do something and waits until it is done. Throws what `Cloud.begin` and `waitForOperation` throw. */
export async function carryOut(
  request: Parameters<Cloud['begin']>[0],
  waiting: { readonly what: string; readonly limit: Limit },
  work: { readonly cloud: Cloud; readonly build: WaitingBuild },
): Promise<void> {
  await waitForOperation(await work.cloud.begin(request), waiting, work);
}
