import { isConflict } from '../../_openstack/api/failure.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';
import { repeatWhileLost } from '../../_openstack/repeat.ts';
import type { OpenstackBuilderConfig } from '../config.gen.ts';
import { describeServer, waitForServer } from '../server/server-life.ts';

/** Stops the server, so that its disk is whole. One that has shut itself down is left as it is. */
export async function stopServer(config: OpenstackBuilderConfig, id: string, openstack: OpenstackBuild): Promise<void> {
  const { build, cloud } = openstack;
  try {
    await repeatWhileLost(() => cloud.ask(({ compute }, call) => compute.servers.stop(id, call)), build.signal);
  } catch (error) {
    // It is stopped, or stopping, already.
    if (!isConflict(error)) throw error;
    const { status, 'OS-EXT-STS:task_state': task } = await describeServer(id, openstack);
    if (status !== 'SHUTOFF' && task !== 'powering-off') throw error;
  }
  await waitForServer(id, 'SHUTOFF', config, openstack);
}
