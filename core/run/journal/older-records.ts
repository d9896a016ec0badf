import { isObject } from '../../json/guards.ts';
import type { JsonObject } from '../../contract/json.ts';

/** A post-processor's record had three flags: two of what becomes of the input, and `made` of whether the artifact is new. */
function postProcessedOf({ keepByDefault, contained, made, ...rest }: JsonObject): JsonObject {
  if (![keepByDefault, contained, made].every((flag) => typeof flag === 'boolean')) return rest;
  const { artifact = null } = rest;
  return {
    ...rest,
    artifact: artifact === null || made === true ? artifact : 'input',
    input: contained === true ? 'contained' : keepByDefault === true ? 'keep' : 'discard',
  };
}

/** A journal's line as this version writes it: runs that an older Kiln began are resumed and cleared up by this one. */
export function inTodaysWords(line: unknown): unknown {
  if (!isObject(line)) return line;
  return line['record'] === 'post-processed' && line['input'] === undefined ? postProcessedOf(line) : line;
}
