import type { JsonValue } from '../contract/json.ts';
import type { ResourceKind } from '../contract/resource.ts';
import type { BuildProgress } from './journal/build-progress.ts';
import type { AdoptableThing } from './scope/scope.ts';

/** A thing of the process before, that this one goes on with. */
export interface InheritedThing {
  readonly kind: ResourceKind<JsonValue>;
  readonly thing: AdoptableThing;
}

/** What a process that goes on with a run is given of the one before. */
export interface Inheritance {
  /** How far an earlier process came with the builds, by their display names. */
  readonly progress: ReadonlyMap<string, BuildProgress>;
  /** What that process left, and this one goes on with. */
  readonly inherited: {
    /** Of the run's own. */
    readonly run: readonly InheritedThing[];
    /** By the display name of their build. */
    readonly builds: ReadonlyMap<string, readonly InheritedThing[]>;
  };
}
