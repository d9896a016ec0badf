import type { JsonValue } from './json.ts';

/** What giving a thing back may use, in whatever process it happens. */
export interface ReleaseContext {
  /** What `identify` said when the thing was made; undefined when an older Kiln made it, or its id was lost. */
  readonly identity?: JsonValue;
  /** A fresh signal with the release's own deadline; the run's is aborted by then. */
  readonly signal: AbortSignal;
  /**
   * When the thing was made, or when its making began if its id is not known. Milliseconds since the epoch; undefined
   * when nobody noted it.
   */
  readonly madeAt?: number | undefined;
  say(text: string): void;
}

/**
 * A kind of outside thing. `release` and `find` need nothing of the run that made it, so that `kiln gc` can run
 * them in another process. Core's kinds are "path" and "process"; a component's are "<type>:<what>", e.g.
 * "openstack:server", and are exported by its module as `resources`.
 */
export interface ResourceKind<Id extends JsonValue> {
  readonly kind: string;
  /** Gives the thing back. Resolves when it is gone, also when it had gone before. */
  release(id: Id, locator: JsonValue, context: ReleaseContext): Promise<void>;
  /**
   * What the thing is known by besides its id, so that nothing is released that came in its place; asked when it was made
   * and given to `release`.
   */
  identify?(id: Id): Promise<JsonValue | undefined>;
  /**
   * Instead of `release` when the build that died with it begins anew: what it had put in the way of its own second
   * attempt goes too. Not called once what the thing was for is on record. Default: `release`.
   */
  releaseForRetry?(id: Id, locator: JsonValue, context: ReleaseContext): Promise<void>;
  /** Finds what carries the token, when the journal has no id (the reply was lost, or Kiln died). */
  find(token: string, locator: JsonValue, context: ReleaseContext): Promise<readonly Id[]>;
  /**
   * Whether another process can go on with it in a post-processor (`PostProcessRun.inherited`). Then it stays until the
   * build's post-processors are through, and what `-on-error` says of a failed build's things is true of it.
   */
  readonly lasting?: boolean;
  /** The command with which a person gives it back, shown when Kiln could not; undefined when there is none. */
  manualCommand?(id: Id, locator: JsonValue): string | undefined;
}

/** What `Acquired.keep` takes beside the thing itself. */
export type Keepable = Pick<Acquired<JsonValue, unknown>, 'keep'>;

/** A thing that was made, in the scope that gives it back; `id` is what the journal knows it by, `handle` what `create` gave besides. */
export interface Acquired<Id extends JsonValue, Handle> {
  readonly id: Id;
  readonly handle: Handle;
  /** Gives the thing back now instead of at the end of the scope. Idempotent. */
  release(): Promise<void>;
  /**
   * The thing, and `others` with it, is part of the result and not given back. One record of the journal says so: whatever
   * happens, all of them are kept or none.
   */
  keep(...others: readonly Keepable[]): Promise<void>;
}

/** Finds the kind of a journaled thing; undefined when nobody knows it (a plugin that is gone). */
export type FindKind = (kind: string) => Promise<ResourceKind<JsonValue> | undefined>;
