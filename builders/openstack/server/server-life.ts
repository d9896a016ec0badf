import type { Server } from '../../../clients/openstack/index.ts';
import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import { unlessGone } from '../../_openstack/api/failure.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';

export function describeServer(id: string, { cloud }: Pick<OpenstackBuild, 'cloud'>): Promise<Server> {
  return cloud.ask(({ compute }, call) => compute.servers.get(id, call));
}

/** Nova's own words on why a server is in its state. */
export function reasonOfState({ fault }: Server): string {
  if (fault === undefined) return '';
  // What the message leaves out ("Internal Server Error") stands at the end of a traceback, for those who may see it.
  const cause = fault.details?.trimEnd().split('\n').at(-1)?.trim() ?? '';
  const more = cause === '' || cause === fault.message ? '' : ` (${cause})`;
  return `: ${fault.message}${more}`;
}

function hintOf({ fault }: Server): string | undefined {
  if (fault?.message.includes('No valid host') !== true) return undefined;
  return 'no compute host has room for this flavor, in this availability_zone and with these properties of the image';
}

/** States from which a server does not come to run, or to stop, by itself. */
const ENDS = /^(ERROR|DELETED|SOFT_DELETED|SHELVED.*)$/;

/** Waits until the server is in a state. Throws `StepError` OPENSTACK_FAILED with Nova's fault when it cannot get there. */
export function waitForServer(
  id: string,
  wanted: 'ACTIVE' | 'SHUTOFF',
  config: Pick<OpenstackBuilderConfig, 'instance_timeout'>,
  openstack: OpenstackBuild,
): Promise<Server> {
  const look = async (): Promise<PollResult<Server>> => {
    const server = await describeServer(id, openstack);
    const { status, 'OS-EXT-STS:task_state': task } = server;
    if (status === wanted) return { done: server };
    if (!ENDS.test(status)) return { state: task === undefined || task === null ? status : `${status} (${task})` };
    const hint = hintOf(server);
    return { failed: `the server is ${status}${reasonOfState(server)}`, ...(hint === undefined ? {} : { hint }) };
  };
  const limit = { milliseconds: config.instance_timeout, option: 'instance_timeout' };
  return waitUntil({ thing: `the server ${id}`, wanted, limit, look }, openstack.build);
}

/** Why the server does not run any more; undefined while it does. */
export async function whyGone(id: string, openstack: OpenstackBuild, cause: unknown): Promise<StepError | undefined> {
  const server = await unlessGone(describeServer(id, openstack));
  const status = server?.status;
  if (status !== undefined && !/^(SHUTOFF|STOPPED|SUSPENDED|PAUSED)$/.test(status) && !ENDS.test(status))
    return undefined;
  const how = server === undefined ? 'not there any more' : `${server.status}${reasonOfState(server)}`;
  return new StepError(`the server ${id} is ${how}`, { code: 'OPENSTACK_SERVER_GONE', cause });
}
