import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import type { AmazonEbsBuilderConfig } from './config.gen.ts';

export type FastLaunchOptions = NonNullable<AmazonEbsBuilderConfig['fast_launch']>;

/** A launch template, by its id or its name. */
export type LaunchTemplate = Pick<FastLaunchOptions, 'template_id' | 'template_name' | 'template_version'>;

/** What is done in one region. */
export interface FastLaunch {
  readonly template: LaunchTemplate | undefined;
  readonly maxParallelLaunches: number | undefined;
  readonly targetResourceCount: number | undefined;
}

function templateIn(options: LaunchTemplate): LaunchTemplate | undefined {
  const { template_id: id = '', template_name: name = '', template_version: version } = options;
  if (id === '' && name === '') return undefined;
  const which = id === '' ? { template_name: name } : { template_id: id };
  return { ...which, ...(version === undefined ? {} : { template_version: version }) };
}

function isWanted({ enable_fast_launch: enabled, ...others }: FastLaunchOptions): boolean {
  return enabled ?? Object.keys(others).length > 0;
}

/** The regions that have an entry of their own decide for themselves; an id is one of the build's region only. */
export function fastLaunchIn(
  region: string,
  home: string,
  options: FastLaunchOptions | undefined,
): FastLaunch | undefined {
  if (options === undefined || !isWanted(options)) return undefined;
  const own = options.region_launch_templates?.find((entry) => entry.region === region);
  if (own?.enable_fast_launch === false) return undefined;
  const { template_id: id = '' } = options;
  const common = id !== '' && region !== home ? undefined : templateIn(options);
  return {
    template: (own === undefined ? undefined : templateIn(own)) ?? common,
    maxParallelLaunches: options.max_parallel_launches,
    targetResourceCount: options.target_resource_count,
  };
}

function templateFaults(options: LaunchTemplate, pointer: string): readonly Diagnostic[] {
  const { template_id: id = '', template_name: name = '', template_version: version } = options;
  if (id !== '' && name !== '') {
    return [errorAt('AMAZON_FAST_LAUNCH', `${pointer}/template_id`, 'a template has an id or a name, not both')];
  }
  if (version === undefined || id !== '' || name !== '') return [];
  return [errorAt('AMAZON_FAST_LAUNCH', `${pointer}/template_version`, 'it is the version of no template')];
}

/** What the schema cannot say of the option `fast_launch`. */
export function checkFastLaunch(
  options: FastLaunchOptions | undefined,
  { ami_regions: others = [], region: home }: Pick<AmazonEbsBuilderConfig, 'ami_regions' | 'region'>,
): readonly Diagnostic[] {
  if (options === undefined) return [];
  const entries = options.region_launch_templates ?? [];
  const places = entries.map(({ region }) => region);
  return [
    ...templateFaults(options, '/fast_launch'),
    ...entries.flatMap((entry, index) => {
      const pointer = `/fast_launch/region_launch_templates/${index}`;
      const { region = '' } = entry;
      if (region === '') return [errorAt('AMAZON_FAST_LAUNCH', pointer, 'it names no region')];
      if (places.indexOf(region) < index) {
        return [errorAt('AMAZON_FAST_LAUNCH', `${pointer}/region`, `${region} is there twice`)];
      }
      // The build's region may be known to the environment only.
      if (home !== undefined && region !== home && !others.includes(region)) {
        return [
          errorAt('AMAZON_FAST_LAUNCH', `${pointer}/region`, `${region} gets no AMI`, {
            hint: 'name it in ami_regions',
          }),
        ];
      }
      return templateFaults(entry, pointer);
    }),
  ];
}
