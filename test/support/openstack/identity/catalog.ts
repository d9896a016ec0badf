import type { ServiceName } from '../call.ts';
import type { World } from '../world.ts';

export interface Endpoint {
  readonly id: string;
  readonly interface: string;
  readonly region_id: string;
  readonly region: string;
  readonly url: string;
}

export interface CatalogEntry {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** Where a service's API begins. */
export function baseOf(world: World, service: ServiceName, region: string): string {
  return world.endpoint + PATHS[service](region);
}

/** Paths of the APIs; Glance's and Neutron's catalogue entries leave out the version. */
const PATHS: Readonly<Record<ServiceName, (region: string) => string>> = {
  identity: () => '/identity/v3',
  compute: (region) => `/${region}/compute/v2.1`,
  image: (region) => `/${region}/image/v2`,
  network: (region) => `/${region}/network/v2.0`,
  volume: (region) => `/${region}/volume/v3`,
};

const NAMES: Readonly<Record<ServiceName, string>> = {
  identity: 'keystone',
  compute: 'nova',
  image: 'glance',
  network: 'neutron',
  volume: 'cinderv3',
};

function urlOf(world: World, service: ServiceName, region: string, project: string): string {
  const base = baseOf(world, service, region);
  if (service === 'image' || service === 'network') return base.replace(/\/[^/]*$/, '');
  return service === 'volume' ? `${base}/${project}` : base;
}

/** The catalogue of a token for this project. */
export function catalogFor(world: World, project: string): readonly CatalogEntry[] {
  const { without = [], interfaces = ['public', 'internal', 'admin'], volumeType = 'volumev3' } = world.options;
  const services = Object.keys(PATHS) as ServiceName[];
  return services
    .filter((service) => !without.includes(service))
    .map((service) => ({
      id: `0123456789abcdef0123456789ab${service.padEnd(4, '0').slice(0, 4)}`,
      type: service === 'volume' ? volumeType : service,
      name: NAMES[service],
      endpoints: [...world.regions.keys()].flatMap((region) =>
        interfaces.map((each) => ({
          id: `${each}-${service}-${region}`,
          interface: each,
          region_id: region,
          region,
          url: urlOf(world, service, region, project),
        })),
      ),
    }));
}
