import type { BuildRun, RenderData } from '../contract/build-run.ts';
import { StepError } from '../errors/errors.ts';

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>;

/** Names of the tags that things of Kiln carry: all of a run, and one thing, which is found by it. */
export const OWN_TAGS: { readonly run: string; readonly token: string } = { run: 'kiln-run-id', token: 'kiln-token' };

/** The tags by which Kiln finds what it made: the run's, and the thing's own with the token of its acquisition. */
export function ownTags({ runId }: Pick<BuildRun, 'runId'>, token: string): Tags {
  return { [OWN_TAGS.run]: runId, [OWN_TAGS.token]: token };
}

/** A tag as the template has it. */
export interface WrittenTag {
  readonly key: string;
  readonly value: string;
  /** The tag's pointer in the configuration. */
  readonly pointer: string;
}

/** Which tags a provider refuses. */
export interface TagRules {
  /** The code of the error about a tag that cannot be. */
  readonly code: string;
  /** What is wrong with a tag by the provider's rules; undefined when nothing is. */
  readonly fault: (key: string, value: string) => string | undefined;
}

/**
 * Fills in what tags say of the source; of tags with one key the last counts. Throws `StepError` with the pointer of the
 * tag whose text or rendered form cannot be.
 */
export function renderTags(
  tags: readonly WrittenTag[],
  data: RenderData,
  build: Pick<BuildRun, 'render'>,
  { code, fault }: TagRules,
): Tags {
  const rendered = tags.map(({ key, value, pointer }) => {
    const tag = [build.render(key, data, pointer), build.render(value, data, pointer)] as const;
    const wrong = fault(...tag);
    if (wrong === undefined) return tag;
    throw new StepError(`${wrong}: ${JSON.stringify(tag[0])}`, { code, pointer });
  });
  return Object.fromEntries(rendered);
}
