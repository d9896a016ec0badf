import type { Acquired } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { MadeSnapshot } from '../../_amazon/images/create-snapshot.ts';
import type { Result } from '../result.ts';
import type { BuiltVolume } from '../volumes.ts';

/** The volumes still go with the instance, but from now on they are on record as things of their own. */
export async function takeOverVolumes(
  volumes: readonly BuiltVolume[],
  snapshots: readonly MadeSnapshot[],
  { build, cloud, kinds }: AmazonBuild,
): Promise<Result> {
  const kept = volumes
    .filter(({ options }) => !options.delete_on_termination)
    .map(({ volume: { device, id } }) => ({ device, id }));
  const acquired: Acquired<string, undefined>[] = snapshots.map((snapshot) => snapshot.acquired);
  for (const { device, id } of kept) {
    const volume = await build.acquire(kinds.instanceVolume, {
      describe: `volume ${id} of ${device} in ${cloud.region}`,
      locator: locatorOf(cloud, { volume: id }),
      create: () => Promise.resolve({ id, handle: undefined }),
    });
    acquired.push(volume);
  }
  return { volumes: kept, snapshots: snapshots.map(({ id }) => id), acquired };
}
