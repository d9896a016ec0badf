import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';

/** How a thing of the journal is reached, in this process or in that of `kiln gc`. Has no secrets. */
export interface Access extends JsonObject {
  /** Finds what this process knows, secrets too. */
  readonly here: string;
  readonly options: JsonObject;
}

/** Remembers how a provider is reached, so that things can be given back later and by others. */
export interface AccessMemory<Options> {
  /**
   * The options as things remember them in their locators: for this process with their secrets, for another one without.
   * `place` are members that tell where the thing is ("zone").
   */
  remember(options: Options, place: JsonObject): Access;
  /**
   * What `remember` was given. In another process: options of its own that are the same but for their secrets, and when it
   * has none, what `rebuild` makes of the options without secrets.
   */
  recall(access: JsonValue | undefined, rebuild: (said: JsonObject) => Options): Options;
}

/**
 * Remembers the ways into a provider for what has to be given back later. `withoutSecrets` is what may go into the journal;
 * `placeNames` are the names of the members of `place`, by which ways in are not told apart.
 */
export function accessMemory<Options>(
  withoutSecrets: (options: Options) => JsonObject,
  placeNames: readonly string[],
): AccessMemory<Options> {
  const known = new Map<string, Options>();

  function sameWayIn(said: JsonObject): Options | undefined {
    const place = Object.fromEntries(placeNames.map((name) => [name, said[name]]));
    return [...known.values()].find((options) => isDeepStrictEqual({ ...withoutSecrets(options), ...place }, said));
  }

  return {
    remember: (options, place) => {
      const text = JSON.stringify(options);
      const earlier = [...known].find(([, each]) => JSON.stringify(each) === text)?.[0];
      const here = earlier ?? `${process.pid}-${known.size}-${Date.now()}`;
      known.set(here, options);
      return { here, options: { ...withoutSecrets(options), ...place } };
    },
    recall: (access, rebuild) => {
      const { here, options } = isObject(access) ? access : {};
      const said = isObject(options) ? options : {};
      const found = typeof here === 'string' ? known.get(here) : undefined;
      return found ?? sameWayIn(said) ?? rebuild(said);
    },
  };
}

/**
 * Opens one connection for all equal options, so that builds share its credentials and the provider's limits. An opening that
 * fails is remembered too. Further parameters count at the first call only.
 */
export function sharedConnection<Options, Rest extends readonly unknown[], Connection>(
  open: (options: Options, ...rest: Rest) => Promise<Connection>,
): (options: Options, ...rest: Rest) => Promise<Connection> {
  const connections = new Map<string, Promise<Connection>>();
  return (options, ...rest) => {
    const key = JSON.stringify(options);
    const opening = connections.get(key) ?? open(options, ...rest);
    connections.set(key, opening);
    return opening;
  };
}
