import type { PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { BuildRun, JsonObject } from '../../plugins/sdk/index.ts';
import type { Cloud } from './api/cloud.ts';
import type { GoogleKinds } from './kinds/kinds.ts';
import type { Place } from './kinds/things.ts';

/** What post-processors have as well. */
type Run = Pick<BuildRun, 'runId' | 'force' | 'signal' | 'acquire' | 'say' | 'warn' | 'debug'> &
  Partial<Pick<BuildRun, 'waiting'>>;

/** What the steps that make images work with. */
export interface GoogleWork {
  readonly build: Run;
  readonly cloud: Cloud;
  readonly kinds: GoogleKinds;
}

/** What the steps of a build work with. */
export interface GoogleBuild extends GoogleWork {
  readonly build: BuildRun;
  /** Where the build can be resumed while Google makes an image. */
  readonly pending?: PendingOperations;
}

/** What a thing remembers, to be found and given back by another process. */
export function locatorOf(cloud: Cloud, place: Place): JsonObject {
  return { access: cloud.access, ...place };
}
