import { regionOf, type Call } from './call.ts';
import { MACHINE_TYPES } from './calls/places.ts';
import type { OperationFault } from './operations.ts';
import type { World } from './world.ts';

function used(world: World, region: string): Readonly<Record<string, number>> {
  const instances = world.instances.all().filter(({ path }) => path.includes(`/zones/${region}-`));
  const disks = world.disks.all().filter(({ path }) => path.includes(`/zones/${region}-`));
  const processors = instances.map(({ view }) => MACHINE_TYPES[view.machineType?.split('/').at(-1) ?? '']?.[0] ?? 1);
  return {
    INSTANCES: instances.length,
    CPUS: processors.reduce((sum, each) => sum + each, 0),
    DISKS_TOTAL_GB: disks
      .filter(({ view }) => view.type?.endsWith('pd-standard'))
      .reduce((sum, { view }) => sum + Number(view.sizeGb), 0),
  };
}

/** Why a region has no room for more, as an operation tells it; undefined when it has. */
export function quotaFault(call: Call, more: Readonly<Record<string, number>>): OperationFault | undefined {
  const { world, path } = call;
  const region = path['region'] ?? regionOf(path['zone'] ?? '');
  const taken = used(world, region);
  for (const [metric, limit] of Object.entries(world.options.quotas ?? {})) {
    if ((taken[metric] ?? 0) + (more[metric] ?? 0) <= limit || (more[metric] ?? 0) === 0) continue;
    const quotaInfo = {
      metricName: `compute.googleapis.com/${metric.toLowerCase()}`,
      limitName: `${metric}-per-project-region`,
      dimensions: { region },
      limit,
    };
    return {
      code: 'QUOTA_EXCEEDED',
      message: `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} in region ${region}.`,
      errorDetails: [{ quotaInfo }],
    };
  }
  return undefined;
}
