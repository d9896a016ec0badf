import type { Tags } from '../../../plugins/sdk/cloud.ts';
import { publicKeyOf } from '../../../plugins/sdk/keys.ts';
import type { Instance, Metadata } from '../../_googlecompute/api/driver.ts';
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

/** The key of the build stands before those that the template names. */
function sshKeys(config: GooglecomputeBuilderConfig, { key }: InstanceParts): string {
  const given = config.metadata?.['ssh-keys'] ?? '';
  if (key.privateKey === undefined) return given;
  const own = `${config.ssh_username ?? ''}:${publicKeyOf(key.privateKey, key.name ?? '')}`;
  return given === '' ? own : `${own}\n${given}`;
}

function metadata(config: GooglecomputeBuilderConfig, parts: InstanceParts): Metadata {
  const keys = sshKeys(config, parts);
  const all = { ...config.metadata, ...(keys === '' ? {} : { 'ssh-keys': keys }) };
  return { items: Object.entries(all).map(([key, value]) => ({ key, value })) };
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
    metadata: metadata(config, parts),
    ...(tags.length === 0 ? {} : { tags: { items: [...tags] } }),
  };
}
