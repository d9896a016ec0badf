import type { Tags } from '../../../plugins/sdk/cloud.ts';
import type { Instance } from '../../_googlecompute/api/driver.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { InstanceParts } from '../instance.ts';
import { disksOf } from './disks.ts';
import { machineOf } from './machine.ts';
import { networkInterface } from './network.ts';

/** The name of the instance and the labels by which it is found. */
export interface Identity {
  readonly name: string;
  readonly own: Tags;
}

/** The instance as Google is asked for it. */
export function instanceRequest(
  config: GooglecomputeBuilderConfig,
  parts: InstanceParts,
  { name, own }: Identity,
): Instance {
  const { tags = [] } = config;
  return {
    ...machineOf(config),
    name,
    description: 'Made by Kiln to build an image',
    labels: { ...config.labels, ...own },
    disks: disksOf(config, parts, own),
    networkInterfaces: [networkInterface(config, parts.address)],
    metadata: { items: Object.entries(parts.metadata).map(([key, value]) => ({ key, value })) },
    ...(tags.length === 0 ? {} : { tags: { items: [...tags] } }),
  };
}
