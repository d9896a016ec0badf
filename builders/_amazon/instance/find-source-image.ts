import { aboutOption, StepError } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { DescribeImagesCommandInput, Image } from '../api/driver.ts';
import { filtersOf } from '../api/filters.ts';
import type { AmiOptions } from '../mixins/ami.gen.ts';
import type { SourceOptions } from '../mixins/source.gen.ts';

/** The drivers for enhanced networking that the guest has. */
export type DriverOptions = Partial<Pick<AmiOptions, 'ena_support' | 'sriov_support'>>;

type Options = SourceOptions & DriverOptions & Partial<Pick<AmiOptions, 'ami_virtualization_type'>>;

function query(config: Options): DescribeImagesCommandInput {
  const { source_ami: id = '', source_ami_filter: filter, ami_virtualization_type: type } = config;
  const filters = [
    ...filtersOf(filter),
    ...(type === undefined ? [] : [{ Name: 'virtualization-type', Values: [type] }]),
  ];
  return {
    ...(id === '' ? {} : { ImageIds: [id] }),
    ...(filters.length === 0 ? {} : { Filters: filters }),
    ...((filter?.owners ?? []).length === 0 ? {} : { Owners: [...(filter?.owners ?? [])] }),
    ...(filter?.include_deprecated === true ? { IncludeDeprecated: true } : {}),
  };
}

function newestFirst(one: Image, other: Image): number {
  return (other.CreationDate ?? '').localeCompare(one.CreationDate ?? '');
}

function pointerOf(config: SourceOptions): string {
  return (config.source_ami ?? '') === '' ? '/source_ami_filter' : '/source_ami';
}

function choose(images: readonly Image[], config: SourceOptions, region: string): Image {
  const pointer = pointerOf(config);
  const [newest, other] = images.toSorted(newestFirst);
  if (newest === undefined) {
    throw new StepError(`no AMI in ${region} is the source that is asked for`, {
      code: 'AMAZON_SOURCE_MISSING',
      pointer,
      hint: 'see what there is with: aws ec2 describe-images --owners … --filters …',
    });
  }
  if (other !== undefined && config.source_ami_filter?.most_recent !== true) {
    const names = images.slice(0, 5).map(({ ImageId = '', Name = '' }) => `${ImageId} (${Name})`);
    const more = images.length > names.length ? ', …' : '';
    throw new StepError(`${images.length} AMIs fit: ${names.join(', ')}${more}`, {
      code: 'AMAZON_SOURCE_AMBIGUOUS',
      pointer,
      hint: 'narrow the filter, or set most_recent',
    });
  }
  return newest;
}

/** Throws `StepError` AMAZON_SOURCE_… when there is not one image to start from, or it cannot be one. */
export async function findSourceImage(config: Options, { build, cloud }: AmazonBuild): Promise<Image> {
  const { Images = [] } = await aboutOption(pointerOf(config), () => cloud.ec2('DescribeImages', query(config)));
  const image = choose(Images, config, cloud.region);
  build.say(`the source is ${image.ImageId ?? ''} (${image.Name ?? 'without name'})`);
  const networking = config.ena_support === true || config.sriov_support === true;
  if (networking && image.VirtualizationType !== 'hvm') {
    const message = `enhanced networking needs an AMI of the type hvm, and this one is ${image.VirtualizationType ?? 'none'}`;
    throw new StepError(message, { code: 'AMAZON_SOURCE_UNFIT', pointer: pointerOf(config) });
  }
  if (image.RootDeviceType !== 'ebs') {
    const message = `the root device of the source has to be on EBS, and is ${image.RootDeviceType ?? 'unknown'}`;
    throw new StepError(message, { code: 'AMAZON_SOURCE_UNFIT', pointer: pointerOf(config) });
  }
  return image;
}
