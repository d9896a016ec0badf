import { carryOut } from '../../_googlecompute/api/operation.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { Launched } from '../instance.ts';
import { describeInstance, stateLimit, waitForInstance } from './instance-life.ts';

/**
 * Stops the instance, so that its disk is whole. Packer deletes it here; one that is only stopped goes with its disk by one
 * call at the end, and `kiln resume` finds it.
 */
export async function stopInstance(
  config: GooglecomputeBuilderConfig,
  { id: instance }: Launched,
  google: GoogleBuild,
): Promise<void> {
  const { project_id: project, zone } = config;
  // What is on local SSDs is lost either way; Google wants to hear that this is known.
  const scratch = (config.disk_attachment ?? []).some((disk) => disk.volume_type === 'scratch');
  const lost = scratch ? { discardLocalSsd: true } : {};
  const { status } = await describeInstance(instance, config, google);
  if (status !== 'TERMINATED') {
    await carryOut(
      (compute, requestId, call) => compute.instances.stop({ project, zone, instance, requestId, ...lost }, call),
      { what: `stopping the instance ${instance}`, limit: stateLimit(config) },
      google,
    );
  }
  await waitForInstance(instance, 'TERMINATED', config, google);
}
