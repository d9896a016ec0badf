import { NoFile } from '../../plugins/sdk/files.ts';
import { CancelledError, KilnError, StepError } from '../../plugins/sdk/index.ts';

const reasons: Readonly<Record<string, { readonly text: string; readonly hint?: string }>> = {
  ENOENT: { text: 'it does not exist' },
  EACCES: { text: 'permission denied', hint: 'check the permissions of the file and of its directories' },
  EPERM: { text: 'permission denied', hint: 'check the permissions of the file and of its directories' },
  EROFS: { text: 'the file system is read-only' },
  EISDIR: { text: 'it is a directory' },
  ENOTDIR: { text: 'a part of its path is not a directory' },
  ENOSPC: { text: 'no space is left on the device', hint: 'free some space or choose a path on another file system' },
  EDQUOT: { text: 'the disk quota is used up', hint: 'free some space or choose a path on another file system' },
  EFBIG: { text: 'the file would grow too large for the file system' },
};

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What to throw for an error of file work: `CancelledError` when the run was cancelled, a `StepError` of `message` and
 * the reason when the system or a library refused, else (Kiln's own errors, bugs) the error itself. `pointer` is the
 * option that such a `StepError` is about.
 */
export function fileFailure(
  message: string,
  code: string,
  error: unknown,
  signal: AbortSignal,
  pointer?: string,
): unknown {
  if (signal.aborted) return new CancelledError();
  const system = error instanceof NoFile ? 'ENOFILE' : systemCode(error);
  if (system === undefined || error instanceof KilnError || !(error instanceof Error)) return error;
  const known = reasons[system];
  const reason = known?.text ?? error.message;
  const hint = known?.hint === undefined ? {} : { hint: known.hint };
  return new StepError(`${message}: ${reason}`, {
    code,
    cause: error,
    ...(pointer === undefined ? {} : { pointer }),
    ...hint,
  });
}
