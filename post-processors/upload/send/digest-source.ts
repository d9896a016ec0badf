import { digestFile, type DigestAlgorithm, type Digests } from '../../../plugins/sdk/files.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { UploadFile } from '../targets/store.ts';

/** The error about a file that did not stay as it was. */
export function changed(path: string): StepError {
  return new StepError(`${path} was changed while it was uploaded`, { code: 'UPLOAD_FILE_CHANGED' });
}

/**
 * Digests of a file of this machine; one that the run knows already is not computed again. Throws `StepError`
 * UPLOAD_FILE_CHANGED, `CancelledError` and the system's error.
 */
export async function digestSource(
  { path }: UploadFile,
  wanted: readonly DigestAlgorithm[],
  signal: AbortSignal,
): Promise<Digests> {
  try {
    return await digestFile(path, wanted, { signal });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'CHANGED' || error.code === 'EOF')) {
      throw changed(path);
    }
    throw error;
  }
}

/** The SHA-256 of a file of this machine. Throws what `digestSource` throws. */
export async function sha256Of(file: UploadFile, signal: AbortSignal): Promise<string> {
  return (await digestSource(file, ['sha256'], signal)).get('sha256') ?? '';
}
