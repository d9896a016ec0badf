import type { BuildRun } from '../contract/build-run.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { Acquired, ResourceKind } from '../contract/resource.ts';
import { StepError } from '../errors/errors.ts';

/** Something that a provider takes long to make, as the journal knows it from the moment before it is asked for. */
export interface PendingOperation extends JsonObject {
  /** The token of the thing's acquisition. */
  readonly token: string;
  /** What else has to be known to go on with the thing. */
  readonly about: JsonValue;
}

/** What a build is having made, by what it is to the build: "image". */
export interface PendingRecord extends JsonObject {
  readonly [part: string]: PendingOperation;
}

/** What `kiln resume` goes on waiting for instead of having it made again. */
export interface PendingOperations {
  /** Writes the operation down; to be called before the provider is asked for the thing. */
  note(part: string, operation: PendingOperation): Promise<void>;
  /**
   * The operation that an earlier process had noted, with its thing taken over. Undefined when there was none, or its thing
   * is not the build's any more.
   */
  earlier(
    kind: ResourceKind<string>,
    part: string,
  ): { readonly acquired: Acquired<string, undefined>; readonly about: JsonValue } | undefined;
  /** The noted parts whose names begin so. */
  parts(prefix: string): readonly string[];
}

/**
 * The long operations of a build. `checkpoint` says how far the build is with these operations pending; `before` is the
 * record of the earlier process.
 */
export function pendingOperations(
  build: Pick<BuildRun, 'checkpoint' | 'adoptByToken'>,
  before: PendingRecord,
  checkpoint: (pending: PendingRecord) => JsonObject,
): PendingOperations {
  const pending = new Map(Object.entries(before));
  return {
    note: async (part, operation) => {
      pending.set(part, operation);
      await build.checkpoint(checkpoint(Object.fromEntries(pending)));
    },
    earlier: (kind, part) => {
      const { token, about = null } = pending.get(part) ?? {};
      const acquired = token === undefined ? undefined : build.adoptByToken(kind, token);
      return acquired === undefined ? undefined : { acquired, about };
    },
    parts: (prefix) => [...pending.keys()].filter((part) => part.startsWith(prefix)),
  };
}

/**
 * Takes over a thing of the earlier process as `BuildRun.adopt` does. A thing that the earlier process had kept already is
 * no longer there to be given back: its `keep` and `release` then do nothing.
 */
export function adoptedOrKept(
  kind: ResourceKind<string>,
  id: string,
  build: Pick<BuildRun, 'adopt'>,
): Acquired<string, undefined> {
  try {
    return build.adopt(kind, id);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { id, handle: undefined, keep: () => Promise.resolve(), release: () => Promise.resolve() };
  }
}
