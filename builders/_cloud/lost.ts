import { StepError } from '../../plugins/sdk/index.ts';

/** The error of a build that cannot be gone on with. */
export function lost(message: string, hint: string = 'build the template anew', cause?: unknown): StepError {
  return new StepError(message, { code: 'RESUME_LOST', hint, cause });
}

export const HELD_HINT = 'build the template anew; "kiln gc -held" removes what is left of this build';
