import { carryOut } from '../../_googlecompute/api/operation.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { deviceName } from '../request/disks.ts';
import { stateLimit } from './instance-life.ts';

/** Has the disks that the template keeps stay when the instance goes. They went with it, had the build failed. */
export async function keepDisks(
  config: GooglecomputeBuilderConfig,
  instance: string,
  google: GoogleBuild,
): Promise<void> {
  const { project_id: project, zone, disk_attachment: disks = [] } = config;
  for (const [index, disk] of disks.entries()) {
    if (!disk.keep_device || disk.source_volume !== undefined || disk.volume_type === 'scratch') continue;
    const device = deviceName(disk, index);
    const request = { project, zone, instance, deviceName: device, autoDelete: false };
    await carryOut(
      (compute, requestId, call) => compute.instances.setDiskAutoDelete({ ...request, requestId }, call),
      { what: `keeping the disk ${device}`, limit: stateLimit(config) },
      google,
    );
    google.build.say(`the disk ${disk.disk_name ?? device} stays (keep_device)`);
  }
}
