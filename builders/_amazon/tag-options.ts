import type { Tags, WrittenTag } from '../../plugins/sdk/cloud.ts';
import { pointerToken } from '../../plugins/sdk/index.ts';

/** The options of tags, and those by which blocks say the same. */
export const TAG_BLOCKS = {
  run_tags: 'run_tag',
  run_volume_tags: 'run_volume_tag',
  spot_tags: 'spot_tag',
  fleet_tags: 'fleet_tag',
  root_volume_tags: 'root_volume_tag',
  tags: 'tag',
  snapshot_tags: 'snapshot_tag',
} as const;

export type TagOption = keyof typeof TAG_BLOCKS;

export const TAG_OPTIONS: readonly TagOption[] = Object.keys(TAG_BLOCKS) as TagOption[];

/** A tag as a block of the template: in run_volume_tag it has a name, elsewhere a key. */
interface TagBlock {
  readonly key?: string;
  readonly name?: string;
  readonly value?: string;
}

export type TagSettings = { readonly [Option in TagOption]?: Tags } & {
  readonly [Option in (typeof TAG_BLOCKS)[TagOption]]?: readonly TagBlock[];
};

/** The tags of an option and of its blocks, which win. Pointers: beside the other options. */
export function writtenTags(option: TagOption, settings: TagSettings): readonly WrittenTag[] {
  const { [option]: tags = {}, [TAG_BLOCKS[option]]: blocks = [] } = settings;
  return [
    ...Object.entries(tags).map(([key, value]) => ({ key, value, pointer: `/${option}/${pointerToken(key)}` })),
    ...blocks.map(({ name = '', key = name, value = '' }, index) => {
      return { key, value, pointer: `/${TAG_BLOCKS[option]}/${index}` };
    }),
  ];
}
