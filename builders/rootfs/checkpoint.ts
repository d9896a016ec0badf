import { checkpoints, type Checkpoints, type JsonValue } from '../../plugins/sdk/index.ts';
import type { StagedOutput } from '../../plugins/sdk/host.ts';

/** All that a build whose disk is written needs to go on in another process. */
export type Checkpoint = {
  readonly output: StagedOutput['checkpoint'];
  /** The raw disk: in the run's temporary directory, or the output itself. */
  readonly disk: string;
  /** Bytes. */
  readonly size: number;
};

function isCheckpoint(state: JsonValue): state is Checkpoint {
  if (typeof state !== 'object' || state === null) return false;
  const output = 'output' in state ? state['output'] : null;
  if (typeof output !== 'object' || output === null) return false;
  const known =
    'disk' in state &&
    'size' in state &&
    'stage' in output &&
    typeof output['stage'] === 'string' &&
    typeof output['lock'] === 'string';
  return known && typeof state['disk'] === 'string' && typeof state['size'] === 'number';
}

/** How it is in the journal. Reading throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export const rootfsCheckpoints: Checkpoints<Checkpoint> = checkpoints({
  version: 1,
  read: (record) => (isCheckpoint(record) ? record : undefined),
});
