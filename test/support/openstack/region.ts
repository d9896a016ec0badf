import { makeShelf, type Shelf } from '../cloud/shelf.ts';
import type { Flavor } from './compute/flavors.ts';
import type { Keypair } from './compute/keypairs.ts';
import type { Server } from './compute/server.ts';
import type { Image } from './image/image.ts';
import type { ImportTask } from './image/import.ts';
import type { FloatingIp, Network, Port, SecurityGroup, Subnet } from './network/things.ts';
import { ApiProblem, notFound } from './problem.ts';
import type { Snapshot, Volume } from './volume/things.ts';

/** Everything a region holds. */
export interface Region {
  readonly name: string;
  readonly flavors: Flavor[];
  readonly keypairs: Shelf<Keypair>;
  readonly servers: Shelf<Server>;
  readonly images: Shelf<Image>;
  readonly tasks: ImportTask[];
  readonly networks: Shelf<Network>;
  readonly subnets: Shelf<Subnet>;
  readonly ports: Shelf<Port>;
  readonly floatingIps: Shelf<FloatingIp>;
  readonly securityGroups: Shelf<SecurityGroup>;
  readonly volumes: Shelf<Volume>;
  readonly snapshots: Shelf<Snapshot>;
}

export function emptyRegion(name: string, hiddenReads: () => number): Region {
  const shelf = <T>(missing: (id: string) => ApiProblem): Shelf<T> =>
    makeShelf<T>({ prefix: undefined, missing, malformed: missing }, hiddenReads);
  return {
    name,
    flavors: [],
    keypairs: shelf((id) => notFound(`Keypair ${id} not found for user`)),
    servers: shelf((id) => notFound(`Instance ${id} could not be found.`)),
    images: shelf((id) => notFound(`No image found with ID ${id}`)),
    tasks: [],
    networks: shelf((id) => notFound(`Network ${id} could not be found.`, 'NetworkNotFound')),
    subnets: shelf((id) => notFound(`Subnet ${id} could not be found.`, 'SubnetNotFound')),
    ports: shelf((id) => notFound(`Port ${id} could not be found.`, 'PortNotFound')),
    floatingIps: shelf((id) => notFound(`Floating IP ${id} could not be found`, 'FloatingIPNotFound')),
    securityGroups: shelf((id) => notFound(`Security group ${id} does not exist`, 'SecurityGroupNotFound')),
    volumes: shelf((id) => notFound(`Volume ${id} could not be found.`)),
    snapshots: shelf((id) => notFound(`Snapshot ${id} could not be found.`)),
  };
}

/** What a service looks up for itself: it finds a new thing that reads do not find yet. */
export function inDatabase<T>(shelf: Shelf<T>, id: string): T {
  return shelf.peek(id) ?? shelf.get(id);
}
