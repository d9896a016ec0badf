import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { waitUntil } from '../../_openstack/api/wait.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { describeServer } from '../server/server-life.ts';

/** Waits until Rackspace has connected the server to its network. Throws `StepError` OPENSTACK_FAILED when it cannot. */
export async function waitForRackconnect(
  config: Pick<OpenstackBuilderConfig, 'instance_timeout'>,
  id: string,
  openstack: OpenstackBuild,
): Promise<void> {
  const look = async (): Promise<PollResult<undefined>> => {
    const { rackconnect_automation_status: status = 'unknown' } = (await describeServer(id, openstack)).metadata;
    if (status === 'DEPLOYED') return { done: undefined };
    return /FAILED|UNPROCESSABLE/.test(status) ? { failed: `it is ${status}` } : { state: status };
  };
  const limit = { milliseconds: config.instance_timeout, option: 'instance_timeout' };
  await waitUntil({ thing: `RackConnect of the server ${id}`, wanted: 'DEPLOYED', limit, look }, openstack.build);
}
