import type { Leftover } from '../../cloud/leftovers.ts';
import type { Region } from '../region.ts';
import type { World } from '../world.ts';

type Tags = Readonly<Record<string, string>>;

function words(tags: readonly string[]): Tags {
  return Object.fromEntries(tags.map((tag) => [tag, '']));
}

function inRegion(region: Region): readonly Leftover[] {
  const of =
    (kind: string) =>
    (id: string, tags: Tags): Leftover => ({ region: region.name, kind, id, tags });
  return [
    ...region.servers.all().map(({ id, metadata, tags }) => of('server')(id, { ...metadata, ...words(tags) })),
    ...region.images.all().map(({ id, properties, tags }) => of('image')(id, { ...properties, ...words(tags) })),
    ...region.keypairs.all().map(({ name }) => of('keypair')(name, {})),
    ...region.ports.all().map(({ id, name, tags }) => of('port')(id, { name, ...words(tags) })),
    ...region.floatingIps
      .all()
      .map(({ id, description, tags }) => of('floatingip')(id, { description, ...words(tags) })),
    ...region.securityGroups
      .all()
      // A project's own comes to be by itself.
      .filter(({ name }) => name !== 'default')
      .map(({ id, name, tags }) => of('security-group')(id, { name, ...words(tags) })),
    ...region.volumes.all().map(({ id, metadata }) => of('volume')(id, metadata)),
    ...region.snapshots.all().map(({ id, metadata }) => of('snapshot')(id, metadata)),
  ];
}

/** Everything but flavors and networks. */
export function leftovers(world: World): readonly Leftover[] {
  return [...world.regions.values()].flatMap(inRegion);
}
