import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import { isGiven, normalize, textOf, type Values } from './values.ts';

/** A region, and what is said for it alone. */
export interface Region {
  readonly name: string;
  readonly values: Values;
}

function regionOf(entry: unknown): Region {
  if (!isObject(entry)) return { name: String(entry), values: {} };
  const { name, values = {}, ...other } = entry;
  if (typeof name === 'string' && isObject(values) && Object.keys(other).length === 0) return { name, values };
  const message = 'a region in "regions" is a name, or a mapping with "name" and "values" and nothing else';
  throw new OpenStackError(message, { reason: 'settings' });
}

function regionsIn(cloud: Values, profile: Values): readonly Region[] {
  const { regions, region_name: name } = cloud;
  if (Array.isArray(regions)) return regions.map(regionOf);
  if (name !== undefined) return (Array.isArray(name) ? name : textOf(name).split(',')).map(regionOf);
  if (Array.isArray(profile['regions']) && isGiven(profile['regions'])) return profile['regions'].map(regionOf);
  return isGiven(profile['region_name']) ? [regionOf(profile['region_name'])] : [];
}

/**
 * The region that is asked for, or the cloud's first. Throws `OpenStackError` with reason "settings" for one that the
 * cloud does not list; a cloud that lists none may have any.
 */
export function chooseRegion(name: string, cloud: Values, profile: Values, wanted: string): Region {
  const known = regionsIn(normalize(cloud), profile);
  const [first] = known;
  if (first === undefined) return { name: wanted, values: {} };
  if (wanted === '') return first;
  const found = known.find((region) => region.name === wanted);
  if (found !== undefined) return found;
  const names = known.map((region) => region.name).join(', ');
  throw new OpenStackError(`the cloud "${name}" has no region "${wanted}"; it has ${names}`, { reason: 'settings' });
}
