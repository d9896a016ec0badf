import type { Call } from '../call.ts';
import type { Image } from '../image/image.ts';
import type { Port } from '../network/things.ts';
import { addressesOf } from './addresses.ts';
import { serverFlavor, type Flavor } from './flavors.ts';
import type { ServerGuest } from './guest.ts';
import type { Keypair } from './keypairs.ts';
import { links } from './links.ts';

export interface ServerFault {
  readonly code: number;
  readonly created: string;
  readonly message: string;
}

export interface Server {
  readonly id: string;
  name: string;
  readonly projectId: string;
  readonly userId: string;
  readonly created: string;
  updated: string;
  status: string;
  vmState: string;
  taskState: string | null;
  powerState: number;
  fault: ServerFault | undefined;
  readonly image: Image | undefined;
  readonly flavor: Flavor;
  readonly keypair: Keypair | undefined;
  readonly configDrive: boolean;
  readonly availabilityZone: string;
  readonly userData: string | undefined;
  metadata: Readonly<Record<string, string>>;
  tags: string[];
  readonly ports: Port[];
  /** Volumes that go with the server, and those that stay. */
  readonly volumes: { readonly id: string; readonly device: string; readonly deleteOnTermination: boolean }[];
  launchedAt: string | null;
  /** Virtual time from which a Windows server has its password. */
  passwordAt: number;
  password: string | undefined;
  guest: ServerGuest | undefined;
}

/** Members that came with later microversions, and since when. */
function laterMembers(server: Server): readonly (readonly [number, Readonly<Record<string, unknown>>])[] {
  return [
    [9, { locked: false }],
    [19, { description: null }],
    [26, { tags: server.tags }],
    [63, { trusted_image_certificates: null }],
    [71, { server_groups: [] }],
    [73, { locked_reason: null }],
    [90, { 'OS-EXT-SRV-ATTR:hostname': server.name.toLowerCase().replace(/[^a-z0-9-]+/g, '-') }],
  ];
}

function imageView(call: Call, { image }: Server): unknown {
  // A server that boots from a volume has no image.
  return image === undefined ? '' : { id: image.id, links: links(call, 'images', image.id).slice(1) };
}

function securityGroups(call: Call, { ports, status }: Server): Readonly<Record<string, unknown>> {
  if (ports.length === 0 || status === 'BUILD') return {};
  const ids = new Set(ports.flatMap((port) => port.security_groups));
  return { security_groups: [...ids].map((id) => ({ name: call.region.securityGroups.peek(id)?.name ?? id })) };
}

function later(call: Call, server: Server): Readonly<Record<string, unknown>> {
  const known = laterMembers(server).filter(([since]) => since <= call.minor);
  return Object.fromEntries(known.flatMap(([, members]) => Object.entries(members)));
}

/** A server as Nova shows it at this microversion. */
export function serverView(call: Call, server: Server): object {
  const { id, name, status, taskState, vmState, powerState, fault } = server;
  const attached = server.volumes.map((volume) => ({
    id: volume.id,
    ...(call.minor < 3 ? {} : { delete_on_termination: volume.deleteOnTermination }),
  }));
  return {
    id,
    name,
    status,
    tenant_id: server.projectId,
    user_id: server.userId,
    metadata: server.metadata,
    hostId: status === 'BUILD' ? '' : '39239f5ef234acf38cadd99dd9c27ee1774b12b313374b3eb2fc6fdf',
    image: imageView(call, server),
    flavor: serverFlavor(call, server.flavor),
    created: server.created,
    updated: server.updated,
    addresses: addressesOf(call.region, server),
    accessIPv4: '',
    accessIPv6: '',
    links: links(call, 'servers', id),
    'OS-DCF:diskConfig': 'MANUAL',
    ...(['ACTIVE', 'BUILD'].includes(status) ? { progress: 0 } : {}),
    'OS-EXT-AZ:availability_zone': status === 'BUILD' ? '' : server.availabilityZone,
    config_drive: server.configDrive ? 'True' : '',
    key_name: server.keypair?.name ?? null,
    'OS-SRV-USG:launched_at': server.launchedAt,
    'OS-SRV-USG:terminated_at': null,
    ...securityGroups(call, server),
    'OS-EXT-STS:task_state': taskState,
    'OS-EXT-STS:vm_state': vmState,
    'OS-EXT-STS:power_state': powerState,
    'os-extended-volumes:volumes_attached': attached,
    ...(fault === undefined ? {} : { fault }),
    ...later(call, server),
  };
}
