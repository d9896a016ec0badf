import { CommandError, StepError } from './errors.ts';

/**
 * What to throw for the failure of a program that wrote `path`: `StepError` DISK_FULL when there was no room for it, else the
 * failure itself. `pointer` is the option that says where to write: "/output".
 */
export function unlessDiskFull(error: unknown, path: string, pointer: string): unknown {
  if (!(error instanceof CommandError) || !/No space left on device|Disk quota exceeded/.test(error.outputTail ?? '')) {
    return error;
  }
  return new StepError(`the disk is full: ${path} could not be written`, {
    code: 'DISK_FULL',
    pointer,
    hint: `free some space, or choose an ${pointer.slice(1)} on another file system`,
    cause: error,
  });
}
