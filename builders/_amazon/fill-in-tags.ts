import { KilnError, StepError, type BuildRun, type JsonObject, type RenderData } from '../../plugins/sdk/index.ts';
import { tagFault } from './checks/check-tags.ts';
import type { AmiOptions } from './mixins/ami.gen.ts';
import { TAG_BLOCKS, TAG_OPTIONS, writtenTags, type TagSettings, type WrittenTag } from './tag-options.ts';

/** The options that may speak of the source. */
type SourceTexts = TagSettings & Pick<AmiOptions, 'ami_description'>;

type Voice = Pick<BuildRun, 'render'>;

function filledIn(text: string, facts: RenderData, pointer: string, build: Voice): string {
  try {
    return build.render(text, facts);
  } catch (cause) {
    if (!(cause instanceof KilnError)) throw cause;
    const { code, message, hint } = cause;
    throw new StepError(message, { code, pointer, cause, hint });
  }
}

function filledTag(tag: WrittenTag, facts: RenderData, place: string, build: Voice): readonly [string, string] {
  const pointer = place + tag.pointer;
  const key = filledIn(tag.key, facts, pointer, build);
  const value = filledIn(tag.value, facts, pointer, build);
  const fault = tagFault(key, value);
  if (fault === undefined) return [key, value];
  throw new StepError(`${fault}: ${JSON.stringify(key)}`, { code: 'AMAZON_TAGS', pointer });
}

/**
 * The configuration with its tags and its description as they are for this source, so that one that cannot be is found
 * before anything is made. Blocks have gone into the tags that they stand for. `place` is the pointer of `config` in the
 * builder. Throws `StepError` with the pointer of the tag.
 */
export function fillInTags<Config extends object>(
  config: Config & SourceTexts,
  facts: JsonObject,
  build: Voice,
  place = '',
): Config {
  const filled = TAG_OPTIONS.flatMap((option) => {
    const tags = writtenTags(option, config).map((tag) => filledTag(tag, facts, place, build));
    return tags.length === 0 ? [] : [[option, Object.fromEntries(tags)] as const];
  });
  const { ami_description: description = '' } = config;
  const text = filledIn(description, facts, `${place}/ami_description`, build);
  const blocks = TAG_OPTIONS.map((option) => [TAG_BLOCKS[option], []] as const);
  return {
    ...config,
    ...Object.fromEntries<unknown>([...blocks, ...filled]),
    ...(text === '' ? {} : { ami_description: text }),
  };
}
