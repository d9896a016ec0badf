import type { Acquired, JsonObject } from '../../plugins/sdk/index.ts';
import { checkpointOf, type Checkpoint } from '../_amazon/checkpoint.ts';
import type { Launched } from '../_amazon/instance/launch.ts';

/** A volume that is to stay. */
interface ResultVolume extends JsonObject {
  readonly device: string;
  readonly id: string;
}

/** What the build was for. Until it is kept, all of it goes when the build fails. */
export interface Result {
  readonly volumes: readonly ResultVolume[];
  readonly snapshots: readonly string[];
  readonly acquired: readonly Acquired<string, undefined>[];
}

interface ResultCheckpoint extends Checkpoint {
  readonly volumes: readonly ResultVolume[];
  readonly snapshots: readonly string[];
}

export function resultCheckpoint(
  { volumes, snapshots }: Result,
  launched: Launched,
  facts: JsonObject,
): ResultCheckpoint {
  return { ...checkpointOf('imaged', launched, facts), volumes: [...volumes], snapshots: [...snapshots] };
}

/** Whether the build had come as far as to have its result. */
export function hasResult(checkpoint: Checkpoint): checkpoint is ResultCheckpoint {
  return checkpoint.stage === 'imaged' && 'volumes' in checkpoint && 'snapshots' in checkpoint;
}
