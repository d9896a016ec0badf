import type { Acquired, BuildRun, JsonObject, JsonValue, ResourceKind } from '../../plugins/sdk/index.ts';

/** The image in the build's region. */
export const FIRST = 'image';
/** With the region that the image is copied to. */
export const COPY = 'copy:';
/** With the id of the volume. */
export const SNAPSHOT = 'snapshot:';

/** Something that AWS takes long to make, as the journal knows it from the moment before it is asked for. */
export interface Begun extends JsonObject {
  /** That of its acquisition. */
  readonly token: string;
  /** What else has to be known to go on with it. */
  readonly about: JsonValue;
}

/** What a build has begun, by what it is for. */
export interface BegunThings extends JsonObject {
  readonly [part: string]: Begun;
}

export interface BegunPart {
  readonly acquired: Acquired<string, undefined>;
  readonly about: JsonValue;
}

/** What `kiln resume` goes on waiting for instead of having it made again. */
export interface BegunNotes {
  /** To be called before the thing is asked for. */
  note(part: string, begun: Begun): Promise<void>;
  /** What an earlier process had begun. Undefined when it had not, or the thing is not the build's any more. */
  earlier(kind: ResourceKind<string>, part: string): BegunPart | undefined;
  /** The parts whose names begin so. */
  parts(prefix: string): readonly string[];
}

/** `checkpoint` says how far the build is with these things begun; `before` are those of the earlier process. */
export function begunNotes(
  build: Pick<BuildRun, 'checkpoint' | 'adoptByToken'>,
  before: BegunThings,
  checkpoint: (begun: BegunThings) => JsonObject,
): BegunNotes {
  const begun = new Map(Object.entries(before));
  return {
    note: async (part, one) => {
      begun.set(part, one);
      await build.checkpoint(checkpoint(Object.fromEntries(begun)));
    },
    earlier: (kind, part) => {
      const { token, about = null } = begun.get(part) ?? {};
      const acquired = token === undefined ? undefined : build.adoptByToken(kind, token);
      return acquired === undefined ? undefined : { acquired, about };
    },
    parts: (prefix) => [...begun.keys()].filter((part) => part.startsWith(prefix)),
  };
}
