import { renderTags, type TagRules } from '../../plugins/sdk/cloud.ts';
import { type BuildRun, type JsonObject } from '../../plugins/sdk/index.ts';
import { tagFault } from './checks/check-tags.ts';
import type { AmiOptions } from './mixins/ami.gen.ts';
import { TAG_BLOCKS, TAG_OPTIONS, writtenTags, type TagSettings } from './tag-options.ts';

/** The options that may speak of the source. */
type SourceTexts = TagSettings & Pick<AmiOptions, 'ami_description'>;

type Renderer = Pick<BuildRun, 'render'>;

const RULES: TagRules = { code: 'AMAZON_TAGS', fault: tagFault };

/**
 * The configuration with its tags and its description as they are for this source, so that one that cannot be is found
 * before anything is made. Blocks have gone into the tags that they stand for. `place` is the pointer of `config` in the
 * builder. Throws `StepError` with the pointer of the tag.
 */
export function fillInTags<Config extends object>(
  config: Config & SourceTexts,
  facts: JsonObject,
  build: Renderer,
  place = '',
): Config {
  const filled = TAG_OPTIONS.flatMap((option) => {
    const tags = writtenTags(option, config).map((tag) => ({ ...tag, pointer: place + tag.pointer }));
    return tags.length === 0 ? [] : [[option, renderTags(tags, facts, build, RULES)] as const];
  });
  const { ami_description: description = '' } = config;
  const text = build.render(description, facts, `${place}/ami_description`);
  const blocks = TAG_OPTIONS.map((option) => [TAG_BLOCKS[option], []] as const);
  return {
    ...config,
    ...Object.fromEntries<unknown>([...blocks, ...filled]),
    ...(text === '' ? {} : { ami_description: text }),
  };
}
