import { CommandError, type ErrorDetails, type PostProcessRun } from '../../plugins/sdk/index.ts';
import { shownPath } from '../_shared/shown-path.ts';

/** What signing needs of a run. */
export type SigningRun = Pick<PostProcessRun, 'signal' | 'acquire' | 'temporaryDirectory'>;

/** A way of signing files. */
export interface SigningMethod {
  /** What a signature's name has behind the file's: ".asc". */
  readonly suffix: string;
  /** Signs a file; `signature` is a new file. Throws a `KilnError`. */
  sign(file: string, signature: string, run: SigningRun): Promise<void>;
}

/**
 * Does what a signing program is called for. Where the program fails, throws `CommandError` SIGN_FAILED with the
 * program's own words and `details`.
 */
export async function signBy(
  program: string,
  file: string,
  details: Pick<ErrorDetails, 'pointer' | 'hint'>,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'PROGRAM_FAILED') throw error;
    const { exitStatus, outputTail } = error;
    throw new CommandError(`${program} did not sign ${shownPath(file)}`, {
      code: 'SIGN_FAILED',
      cause: error,
      ...details,
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(outputTail === undefined ? {} : { outputTail }),
    });
  }
}
