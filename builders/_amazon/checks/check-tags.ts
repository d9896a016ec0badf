import { OWN_TAGS } from '../../../plugins/sdk/cloud.ts';
import { errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { AmiOptions } from '../mixins/ami.gen.ts';
import { TAG_OPTIONS, writtenTags, type TagOption, type TagSettings } from '../tag-options.ts';

/** What EC2 takes of tags. */
const MOST = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

const OWN = Object.values(OWN_TAGS);

/** Why EC2 takes no such tag; undefined when it does. */
export function tagFault(key: string, value: string): string | undefined {
  if (key === '') return 'a tag needs a name';
  if (/^aws:/i.test(key)) return 'names of tags that begin with aws: are kept for AWS';
  if (key.length > LONGEST_KEY)
    return `the name of a tag has at most ${LONGEST_KEY} characters, and this ${key.length}`;
  if (value.length <= LONGEST_VALUE) return undefined;
  return `the value of a tag has at most ${LONGEST_VALUE} characters, and this ${value.length}`;
}

/** What gets which tags together. */
interface Tagged {
  readonly thing: string;
  readonly options: readonly TagOption[];
  /** Names of those that Kiln adds, and that stay. */
  readonly more?: readonly string[];
}

const INSTANCE: readonly Tagged[] = [
  { thing: 'the instance', options: ['run_tags'], more: ['Name'] },
  { thing: 'a volume of the instance', options: ['run_volume_tags'] },
  { thing: 'the launch template', options: ['spot_tags'] },
  { thing: 'the fleet', options: ['fleet_tags'] },
  { thing: 'the volume', options: ['root_volume_tags'], more: ['Name'] },
];

function tooMany({ thing, options, more = [] }: Tagged, settings: TagSettings): readonly Diagnostic[] {
  const written = options.flatMap((option) => writtenTags(option, settings));
  const names = new Set([...more, ...written.map(({ key }) => key)]);
  const most = MOST - OWN.length;
  const pointer = written.at(-1)?.pointer.replace(/\/[^/]*$/, '');
  if (names.size <= most || pointer === undefined) return [];
  const message = `${thing} would have ${names.size} tags, and at most ${most} are possible`;
  const hint = `AWS allows ${MOST}, and two of them are Kiln's (${OWN.join(', ')}) for as long as the build runs`;
  return [errorAt('AMAZON_TAGS', pointer, message, { hint })];
}

/** What is wrong with tags as far as they are written out, and with their number. */
function faults(settings: TagSettings, tagged: readonly Tagged[]): readonly Diagnostic[] {
  const written = TAG_OPTIONS.flatMap((option) => writtenTags(option, settings));
  return [
    ...written.flatMap(({ key, value, pointer }) => {
      const fault = `${key}${value}`.includes('{{') ? undefined : tagFault(key, value);
      return fault === undefined ? [] : [errorAt('AMAZON_TAGS', pointer, fault)];
    }),
    ...tagged.flatMap((each) => tooMany(each, settings)),
  ];
}

/** What the schema cannot say of the tags of a builder that makes images. */
export function checkTags(
  settings: TagSettings & Partial<Pick<AmiOptions, 'skip_ami_run_tags'>>,
): readonly Diagnostic[] {
  const ofImage: TagOption[] = settings.skip_ami_run_tags === true ? ['tags'] : ['run_tags', 'tags'];
  return faults(settings, [
    ...INSTANCE,
    { thing: 'the AMI', options: ofImage },
    ...((settings.snapshot_tags ?? settings.snapshot_tag) === undefined
      ? []
      : [{ thing: 'a snapshot of the AMI', options: [...ofImage, 'snapshot_tags' as const] }]),
  ]);
}

/** The same of one that makes volumes; those of a volume stand in an option of its own. */
export function checkVolumeTags(
  settings: TagSettings,
  volumes: readonly TagSettings[] | undefined,
): readonly Diagnostic[] {
  const ofVolume: readonly Tagged[] = [
    { thing: 'the volume', options: ['tags'] },
    { thing: 'its snapshot', options: ['snapshot_tags'] },
  ];
  return [
    ...faults(settings, INSTANCE),
    ...(volumes ?? []).flatMap((volume, index) =>
      faults(volume, ofVolume).map((each) => ({ ...each, pointer: `/ebs_volumes/${index}${each.pointer}` })),
    ),
  ];
}
