import { StepError, type JsonValue } from '../../plugins/sdk/index.ts';
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

/** Throws `StepError` RESUME_LOST for what another version of Kiln wrote. */
export function readCheckpoint(state: JsonValue): Checkpoint {
  if (isCheckpoint(state)) return state;
  throw new StepError('this Kiln cannot go on with what another version has begun', {
    code: 'RESUME_LOST',
    hint: 'build the template anew',
  });
}
