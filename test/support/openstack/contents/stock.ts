import { uuid } from '../ids.ts';
import { newImage, fillImage, type Image } from '../image/image.ts';
import { blocksOf } from '../network/loopback.ts';
import { standard } from '../network/standard.ts';
import type { Network, Subnet } from '../network/things.ts';
import type { Region } from '../region.ts';
import type { World } from '../world.ts';

export interface StockImage {
  readonly name: string;
  readonly visibility?: string;
  /** The project it belongs to: the bakery's when left out. */
  readonly owner?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly minDisk?: number;
  readonly minRam?: number;
  readonly createdAt?: string;
}

export interface StockNetwork {
  readonly name: string;
  readonly cidr: string;
  /** For a subnet of IPv6 beside that one: "2001:db8:1::/64". */
  readonly cidr6?: string;
  readonly reach?: Network['reach'];
  /** Floating addresses come from there. */
  readonly external?: boolean;
  /** Whether other projects have it, too. */
  readonly shared?: boolean;
}

/** A project by its name. */
export function projectId(world: World, name: string): string {
  const found = world.projects.find((project) => project.name === name);
  if (found === undefined) throw new Error(`no project ${name}`);
  return found.id;
}

/** Puts an image there that has always been. */
export function addStockImage(world: World, region: Region, given: StockImage): Image {
  const { name, visibility = 'public', owner = 'bakery', properties = {}, tags = [] } = given;
  const base = {
    name,
    visibility,
    disk_format: 'qcow2',
    container_format: 'bare',
    min_disk: given.minDisk ?? 0,
    min_ram: given.minRam ?? 0,
  };
  const made = newImage(world, { owner: projectId(world, owner), base, properties, tags });
  const image = { ...made, created_at: given.createdAt ?? made.created_at };
  fillImage(world, image, Buffer.from(`disk of ${name}\n`));
  return region.images.put(image.id, image);
}

function addSubnet(world: World, region: Region, network: Network, cidr: string): void {
  const [start = ''] = cidr.split('/');
  const version = cidr.includes(':') ? 6 : 4;
  const at = (number: number): string =>
    version === 6 ? start + number.toString(16) : start.replace(/\d+$/, String(number));
  const subnet: Subnet = {
    ...standard(world, network.project_id),
    name: `${network.name}-${version}`,
    description: '',
    network_id: network.id,
    ip_version: version,
    cidr,
    next: 0,
    gateway_ip: at(1),
    allocation_pools: [{ start: at(10), end: at(249) }],
  };
  region.subnets.put(subnet.id, subnet);
  network.subnets.push(subnet.id);
}

/** Puts a network there that has always been; its id. */
export function addStockNetwork(world: World, region: Region, given: StockNetwork): string {
  const network: Network = {
    ...standard(world, projectId(world, given.external === true ? 'other' : 'bakery')),
    name: given.name,
    description: '',
    admin_state_up: true,
    mtu: 1500,
    status: 'ACTIVE',
    subnets: [],
    shared: given.shared ?? false,
    'router:external': given.external ?? false,
    port_security_enabled: true,
    reach: given.reach ?? 'direct',
  };
  region.networks.put(network.id, network);
  for (const cidr of [given.cidr, given.cidr6]) if (cidr !== undefined) addSubnet(world, region, network, cidr);
  return network.id;
}

const FLAVORS = [
  { name: 'm1.tiny', ram: 512, vcpus: 1, disk: 1 },
  { name: 'm1.small', ram: 2048, vcpus: 1, disk: 20 },
  { name: 'm1.nodisk', ram: 2048, vcpus: 1, disk: 0 },
];

/** Flavors, a network of the project whose addresses this machine has, and one that floating addresses come from. */
export function stockRegion(world: World, region: Region, port: number): void {
  for (const flavor of FLAVORS) region.flavors.push({ id: uuid(world.newId()), ...flavor });
  const index = [...world.regions.keys()].indexOf(region.name);
  const { fixed, floating } = blocksOf(port + index);
  addStockNetwork(world, region, { name: 'private', cidr: `${fixed}.0/24` });
  addStockNetwork(world, region, { name: 'public', cidr: `${floating}.0/24`, external: true, reach: 'none' });
}
