import { regionOf, scopePath, type Call, type Handlers } from '../call.ts';
import { notFound } from '../problem.ts';
import { link, timestamp } from '../world.ts';

/** Zones that there are. */
export const ZONES: readonly string[] = ['us-central1-a', 'us-central1-b', 'us-central1-f', 'europe-west4-a'];

/** Processors and megabytes of the machine types that there are. */
export const MACHINE_TYPES: Readonly<Record<string, readonly [number, number]>> = {
  'e2-micro': [2, 1024],
  'e2-small': [2, 2048],
  'e2-standard-2': [2, 8192],
  'e2-standard-4': [4, 16_384],
  'n1-standard-1': [1, 3840],
  'n1-highcpu-4': [4, 3686],
  'n2-standard-2': [2, 8192],
  't2a-standard-1': [1, 4096],
};

export const DISK_TYPES: readonly string[] = [
  'pd-standard',
  'pd-balanced',
  'pd-ssd',
  'pd-extreme',
  'hyperdisk-balanced',
  'local-ssd',
];

export const ACCELERATORS: readonly string[] = ['nvidia-tesla-t4', 'nvidia-l4'];

const PROJECTS: Readonly<Record<string, string>> = { bakery: '123456789012', 'host-project': '210987654321' };

function zoneView({ world, path: { project = '' } }: Call, name: string): object {
  return {
    kind: 'compute#zone',
    id: String(2000 + ZONES.indexOf(name)),
    creationTimestamp: timestamp(world),
    name,
    description: name,
    status: 'UP',
    region: link(`projects/${project}/regions/${regionOf(name)}`),
    selfLink: link(`projects/${project}/zones/${name}`),
  };
}

/** One of a list of names below the call's scope. */
function named(call: Call, collection: string, variable: string, known: readonly string[]): string {
  const name = call.path[variable] ?? '';
  if (known.includes(name)) return name;
  throw notFound(`${scopePath(call)}/${collection}/${name}`);
}

function getZone(call: Call): object {
  const { project = '', zone = '' } = call.path;
  if (!ZONES.includes(zone)) throw notFound(`projects/${project}/zones/${zone}`);
  return zoneView(call, zone);
}

function getMachineType(call: Call): object {
  getZone(call);
  const name = named(call, 'machineTypes', 'machineType', Object.keys(MACHINE_TYPES));
  const [guestCpus = 1, memoryMb = 1024] = MACHINE_TYPES[name] ?? [];
  return {
    kind: 'compute#machineType',
    id: '801002',
    name,
    guestCpus,
    memoryMb,
    isSharedCpu: name.startsWith('e2-'),
    zone: call.path['zone'] ?? '',
    selfLink: link(`${scopePath(call)}/machineTypes/${name}`),
  };
}

function getDiskType(call: Call): object {
  const name = named(call, 'diskTypes', 'diskType', DISK_TYPES);
  return { kind: 'compute#diskType', id: '30001', name, selfLink: link(`${scopePath(call)}/diskTypes/${name}`) };
}

function getAccelerator(call: Call): object {
  const name = named(call, 'acceleratorTypes', 'acceleratorType', ACCELERATORS);
  const selfLink = link(`${scopePath(call)}/acceleratorTypes/${name}`);
  return { kind: 'compute#acceleratorType', id: '10019', name, maximumCardsPerInstance: 4, selfLink };
}

function itemsOf(texts: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }));
}

function getProject({ path: { project = '' }, world }: Call): object {
  const id = PROJECTS[project];
  if (id === undefined) throw notFound(`projects/${project}`);
  const defaultServiceAccount = `${id}-compute@developer.gserviceaccount.com`;
  return {
    kind: 'compute#project',
    id,
    name: project,
    defaultServiceAccount,
    commonInstanceMetadata: {
      kind: 'compute#metadata',
      fingerprint: 'AAAA',
      ...(world.options.projectMetadata === undefined ? {} : { items: itemsOf(world.options.projectMetadata) }),
    },
    selfLink: link(`projects/${project}`),
  };
}

function getNetwork(call: Call): object {
  const name = named(call, 'networks', 'network', ['default', 'build']);
  return { kind: 'compute#network', id: '77', name, selfLink: link(`${scopePath(call)}/networks/${name}`) };
}

function getSubnetwork(call: Call): object {
  const name = named(call, 'subnetworks', 'subnetwork', ['default', 'build']);
  const network = link(`projects/${call.path['project'] ?? ''}/global/networks/${name}`);
  const selfLink = link(`${scopePath(call)}/subnetworks/${name}`);
  return { kind: 'compute#subnetwork', id: '78', name, network, ipCidrRange: '10.128.0.0/20', selfLink };
}

/** Static addresses that there are, by their names. */
export const ADDRESSES: Readonly<Record<string, string>> = { 'build-ip': '203.0.113.200' };

function getAddress(call: Call): object {
  const name = named(call, 'addresses', 'address', Object.keys(ADDRESSES));
  const selfLink = link(`${scopePath(call)}/addresses/${name}`);
  const address = ADDRESSES[name] ?? '';
  return { kind: 'compute#address', id: '79', name, address, status: 'RESERVED', addressType: 'EXTERNAL', selfLink };
}

export const placeCalls: Handlers = {
  'zones.get': getZone,
  'zones.list': (call) => ({ kind: 'compute#zoneList', items: ZONES.map((name) => zoneView(call, name)) }),
  'machineTypes.get': getMachineType,
  'diskTypes.get': getDiskType,
  'acceleratorTypes.get': getAccelerator,
  'projects.get': getProject,
  'networks.get': getNetwork,
  'subnetworks.get': getSubnetwork,
  'addresses.get': getAddress,
};
