import type { Tags } from '../../../plugins/sdk/cloud.ts';
import { publicKeyOf } from '../../../plugins/sdk/keys.ts';
import type { Instance, Metadata, NetworkInterface } from '../../_googlecompute/api/driver.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { InstanceParts } from '../instance.ts';

/** GB, as with Packer. */
const USUAL_SIZE = 20;

/** The name of the instance and the labels by which it is found. */
export interface Identity {
  readonly name: string;
  readonly own: Tags;
}

/** A path of a thing in a project; a URL, or a path from the project on, stays as it is. */
function pathIn(project: string, collection: string, text: string): string {
  if (text.includes('/')) return text;
  return `projects/${project}/${collection}/${text}`;
}

function networkInterface(config: GooglecomputeBuilderConfig): NetworkInterface {
  const { network, subnetwork, network_project_id: project = config.project_id, zone } = config;
  const region = zone.replace(/-[^-]+$/, '');
  const named = network ?? (subnetwork === undefined ? 'default' : undefined);
  return {
    ...(named === undefined ? {} : { network: pathIn(project, 'global/networks', named) }),
    ...(subnetwork === undefined ? {} : { subnetwork: pathIn(project, `regions/${region}/subnetworks`, subnetwork) }),
    accessConfigs: [{ name: 'AccessConfig created by Packer', type: 'ONE_TO_ONE_NAT' }],
  };
}

function bootDisk(config: GooglecomputeBuilderConfig, { source }: InstanceParts, { own }: Identity): Instance['disks'] {
  const { zone, project_id: project } = config;
  const least = Number(source.image.diskSizeGb ?? 0);
  return [
    {
      boot: true,
      autoDelete: true,
      type: 'PERSISTENT',
      mode: 'READ_WRITE',
      initializeParams: {
        sourceImage: source.image.selfLink ?? `projects/${source.project}/global/images/${source.image.name ?? ''}`,
        diskSizeGb: String(config.disk_size ?? Math.max(USUAL_SIZE, least)),
        diskType: pathIn(project, `zones/${zone}/diskTypes`, config.disk_type),
        labels: { ...config.labels, ...own },
        ...(config.disk_name === undefined ? {} : { diskName: config.disk_name }),
      },
    },
  ];
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
  identity: Identity,
): Instance {
  const { zone, tags = [] } = config;
  return {
    name: identity.name,
    description: 'New instance created by Packer',
    machineType: config.machine_type.includes('/')
      ? config.machine_type
      : `zones/${zone}/machineTypes/${config.machine_type}`,
    labels: { ...config.labels, ...identity.own },
    disks: bootDisk(config, parts, identity) ?? [],
    networkInterfaces: [networkInterface(config)],
    metadata: metadata(config, parts),
    ...(tags.length === 0 ? {} : { tags: { items: [...tags] } }),
  };
}
