import type { Call } from '../call.ts';
import { notFound } from '../problem.ts';
import { links } from './links.ts';

export interface Flavor {
  readonly id: string;
  readonly name: string;
  /** MiB */
  readonly ram: number;
  readonly vcpus: number;
  /** GiB */
  readonly disk: number;
}

export function findFlavor(call: Call, id: string): Flavor {
  const found = call.region.flavors.find((flavor) => flavor.id === id);
  if (found === undefined) throw notFound(`Flavor ${id} could not be found.`);
  return found;
}

export function flavorView(call: Call, { id, name, ram, vcpus, disk }: Flavor): object {
  return {
    id,
    name,
    ram,
    disk,
    // A text where there is none, until 2.75.
    swap: call.minor < 75 ? '' : 0,
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': false,
    vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    links: links(call, 'flavors', id),
    ...(call.minor < 55 ? {} : { description: null }),
    ...(call.minor < 61 ? {} : { extra_specs: {} }),
  };
}

/** A flavor as a server shows it. */
export function serverFlavor(call: Call, flavor: Flavor): object {
  const { id, name, ram, vcpus, disk } = flavor;
  if (call.minor < 47) return { id, links: links(call, 'flavors', id).slice(1) };
  return { vcpus, ram, disk, ephemeral: 0, swap: 0, original_name: name, extra_specs: {} };
}
