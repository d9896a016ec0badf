import type { Tags } from '../../../plugins/sdk/cloud.ts';
import type { AmazonBuild } from '../../_amazon/amazon-build.ts';
import { attachedVolumes, volumeAt } from '../../_amazon/instance/instance-volumes.ts';
import { createSnapshot, type MadeSnapshot } from '../../_amazon/images/create-snapshot.ts';

/** Snapshots of the volumes of these devices, by the names of the devices. They are made at once. */
export async function snapshotVolumes(
  instanceId: string,
  devices: readonly string[],
  { describe, tags }: { readonly describe: (device: string) => string; readonly tags: Tags },
  amazon: AmazonBuild,
): Promise<ReadonlyMap<string, MadeSnapshot>> {
  const volumes = await attachedVolumes(instanceId, amazon);
  const found = devices.map((device) => volumeAt(device, volumes, '/launch_block_device_mappings'));
  const made = await Promise.all(
    found.map(async ({ device, id }) => {
      const snapshot = { volumeId: id, description: describe(device), tags };
      return [device, await createSnapshot(snapshot, amazon)] as const;
    }),
  );
  return new Map(made);
}
