import type { PendingOperations } from '../../plugins/sdk/cloud.ts';
import type { BuildRun, JsonObject } from '../../plugins/sdk/index.ts';
import type { Cloud } from './api/cloud.ts';
import type { OpenstackKinds } from './kinds/kinds.ts';

/** What post-processors have as well. */
type Run = Pick<BuildRun, 'runId' | 'force' | 'signal' | 'acquire' | 'say' | 'warn' | 'debug'>;

/** What the steps that make images work with. */
export interface OpenstackWork {
  readonly build: Run;
  readonly cloud: Cloud;
  readonly kinds: OpenstackKinds;
}

/** What the steps of a build work with. */
export interface OpenstackBuild extends OpenstackWork {
  readonly build: BuildRun;
  /** Where the build can be resumed while OpenStack makes an image. */
  readonly pending?: PendingOperations;
}

/** What things that are made in `cloud` remember, to be given back by another process. */
export function locatorOf(cloud: Cloud, more: JsonObject = {}): JsonObject {
  return { access: cloud.access, region: cloud.region, ...more };
}
