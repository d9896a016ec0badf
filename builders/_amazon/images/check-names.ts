import { StepError } from '../../../plugins/sdk/index.ts';
import type { AmazonWork } from '../amazon-build.ts';
import type { Cloud } from '../api/cloud.ts';
import type { Image } from '../api/driver.ts';
import type { AmiOptions } from '../mixins/ami.gen.ts';

/** What decides which AMIs of the same name are in the way. */
export type NameOptions = Pick<
  AmiOptions,
  'ami_name' | 'ami_regions' | 'skip_save_build_region' | 'force_deregister' | 'force_delete_snapshot'
>;

/** The regions that get an AMI of the template's name. */
export function targetRegions(config: NameOptions, home: string): readonly string[] {
  const regions = [...(config.skip_save_build_region ? [] : [home]), ...(config.ami_regions ?? [])];
  return [...new Set(regions)].filter((region) => region !== home || !config.skip_save_build_region);
}

export async function imagesNamed(name: string, cloud: Cloud): Promise<readonly Image[]> {
  const Filters = [{ Name: 'name', Values: [name] }];
  const { Images = [] } = await cloud.ec2('DescribeImages', { Owners: ['self'], Filters });
  // In a filter, * and ? stand for others.
  return Images.filter(({ Name }) => Name === name);
}

/** Throws `StepError` AMAZON_NAME_TAKEN when an AMI of this name would be in the way at the end. */
export async function checkNames(config: NameOptions, { build, cloud }: AmazonWork): Promise<void> {
  if (config.force_deregister || build.force) return;
  await Promise.all(
    targetRegions(config, cloud.region).map(async (region) => {
      const [image] = await imagesNamed(config.ami_name, cloud.in(region));
      if (image === undefined) return;
      const message = `${region} has an AMI ${JSON.stringify(config.ami_name)} already: ${image.ImageId ?? ''}`;
      const hint = 'choose another ami_name, or set force_deregister';
      throw new StepError(message, { code: 'AMAZON_NAME_TAKEN', pointer: '/ami_name', hint });
    }),
  );
}
