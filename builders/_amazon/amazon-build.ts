import type { PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { BuildRun, JsonObject } from '../../plugins/sdk/index.ts';
import type { Cloud } from './api/cloud.ts';
import type { AmazonKinds } from './kinds/kinds.ts';
import type { Polling } from './api/wait.ts';

/** What post-processors have as well. */
type Run = Pick<BuildRun, 'runId' | 'force' | 'signal' | 'acquire' | 'say' | 'warn' | 'debug'> &
  Partial<Pick<BuildRun, 'waiting'>>;

/** What the steps that make images work with. */
export interface AmazonWork {
  readonly build: Run;
  readonly cloud: Cloud;
  readonly polling: Polling;
  readonly kinds: AmazonKinds;
  /** Where the build can be resumed while AWS makes an image. */
  readonly pending?: PendingOperations;
}

/** What the steps of all Amazon builders work with. */
export interface AmazonBuild extends AmazonWork {
  readonly build: BuildRun;
}

/** What things that are made in `cloud` remember, to be given back by another process. */
export function locatorOf(cloud: Cloud, more: JsonObject = {}): JsonObject {
  return { access: cloud.access, region: cloud.region, ...more };
}
