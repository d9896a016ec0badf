import type { PollResult } from '../../../plugins/sdk/cloud.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../../_amazon/amazon-build.ts';
import type { Cloud } from '../../_amazon/api/cloud.ts';
import type { Image } from '../../_amazon/api/driver.ts';
import type { MadeImage } from '../../_amazon/images/make-image.ts';
import { describeFastLaunch } from '../../_amazon/kinds/release-fast-launch.ts';
import { onceKnown } from '../../_amazon/api/wait.ts';
import { TWELVE_HOURS, waitUntil } from '../../_amazon/api/wait-until.ts';
import { fastLaunchIn, type FastLaunch, type FastLaunchOptions, type LaunchTemplate } from '../fast-launch.ts';

/** Throws `StepError` AMAZON_FAST_LAUNCH when the source is not Windows, of which alone AWS keeps launched snapshots. */
export function checkWindows(options: FastLaunchOptions | undefined, home: string, source: Image): void {
  if (fastLaunchIn(home, home, options) === undefined || source.Platform?.toLowerCase() === 'windows') return;
  throw new StepError(`fast launch is for Windows, and ${source.ImageId ?? 'the source'} is not`, {
    code: 'AMAZON_FAST_LAUNCH',
    pointer: '/fast_launch',
  });
}

/** AWS takes no "default version" here, as it does elsewhere. */
async function versionOf(template: LaunchTemplate, cloud: Cloud): Promise<string> {
  const { template_id: id, template_name: name, template_version: version } = template;
  if (version !== undefined) return String(version);
  const { LaunchTemplates = [] } = await cloud.ec2(
    'DescribeLaunchTemplates',
    id === undefined ? { LaunchTemplateNames: [name ?? ''] } : { LaunchTemplateIds: [id] },
  );
  return String(LaunchTemplates[0]?.DefaultVersionNumber ?? 1);
}

async function enable(
  ImageId: string,
  { template, ...how }: FastLaunch,
  cloud: Cloud,
  signal: AbortSignal,
): Promise<void> {
  const { template_id: id, template_name: name } = template ?? {};
  const input = {
    ImageId,
    ResourceType: 'snapshot' as const,
    ...(how.maxParallelLaunches === undefined ? {} : { MaxParallelLaunches: how.maxParallelLaunches }),
    ...(how.targetResourceCount === undefined
      ? {}
      : { SnapshotConfiguration: { TargetResourceCount: how.targetResourceCount } }),
    ...(template === undefined
      ? {}
      : {
          LaunchTemplate: {
            ...(id === undefined ? { LaunchTemplateName: name ?? '' } : { LaunchTemplateId: id }),
            Version: await versionOf(template, cloud),
          },
        }),
  };
  await onceKnown(() => cloud.ec2('EnableFastLaunch', input), signal, ImageId);
}

async function waitUntilEnabled(id: string, cloud: Cloud, amazon: AmazonBuild): Promise<void> {
  const look = async (): Promise<PollResult<undefined> | undefined> => {
    const { State: state, StateTransitionReason: reason } = (await describeFastLaunch(id, cloud)) ?? {};
    if (state === undefined) return undefined;
    if (state === 'enabled') return { done: undefined };
    return /failed|disabl/.test(state) ? { failed: `it is ${state}: ${reason ?? 'AWS gives no reason'}` } : { state };
  };
  const thing = `fast launch of ${id} in ${cloud.region}`;
  await waitUntil({ thing, wanted: 'enabled', limit: TWELVE_HOURS, look }, amazon);
}

async function enableOn(image: MadeImage, how: FastLaunch, amazon: AmazonBuild): Promise<MadeImage> {
  const cloud = amazon.cloud.in(image.region);
  const launch = await amazon.build.acquire(amazon.kinds.fastLaunch, {
    describe: `fast launch of ${image.id} in ${image.region}`,
    locator: locatorOf(cloud, { image: image.id }),
    create: (token) =>
      amazon.kinds.fastLaunch.createUnlessRefused(token, async () => {
        await enable(image.id, how, cloud, amazon.build.signal);
        return { id: image.id, handle: undefined };
      }),
  });
  await waitUntilEnabled(image.id, cloud, amazon);
  return { ...image, also: [launch] };
}

/** Has AWS keep snapshots of launched instances of the images, and waits for them. What it makes is kept with the image. */
export async function enableFastLaunch(
  options: FastLaunchOptions | undefined,
  images: readonly MadeImage[],
  amazon: AmazonBuild,
): Promise<readonly MadeImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const how = fastLaunchIn(image.region, amazon.cloud.region, options);
      return how === undefined ? image : enableOn(image, how, amazon);
    }),
  );
}
