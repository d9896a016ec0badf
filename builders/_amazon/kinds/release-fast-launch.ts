import type { Cloud } from '../api/cloud.ts';
import type { Ec2Calls } from '../api/driver.ts';

type FastLaunchImage = NonNullable<Ec2Calls['DescribeFastLaunchImages']['output']['FastLaunchImages']>[number];

/** How fast launch of an image stands; undefined when it has none. */
export async function describeFastLaunch(imageId: string, cloud: Cloud): Promise<FastLaunchImage | undefined> {
  const { FastLaunchImages = [] } = await cloud.ec2('DescribeFastLaunchImages', { ImageIds: [imageId] });
  return FastLaunchImages.at(0);
}

/** Has AWS drop the snapshots that it keeps of launched instances, which it does in its own time. */
export async function releaseFastLaunch(ImageId: string, cloud: Cloud): Promise<void> {
  const { State = 'disabled' } = (await describeFastLaunch(ImageId, cloud)) ?? {};
  if (!State.startsWith('disabl')) await cloud.ec2('DisableFastLaunch', { ImageId });
}
