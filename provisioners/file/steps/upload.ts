import { stat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new StepError(`cannot upload ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'FILE_SOURCE_UNREADABLE',
      cause,
    });
  }
}

/**
 * Copies a file or directory into the guest. "dir/" means its contents, "dir" the directory itself; a file keeps its
 * name when the destination ends in a slash. Throws `StepError` FILE_SOURCE_UNREADABLE and what the communicator throws.
 */
export async function upload(
  source: string,
  destination: string,
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
): Promise<void> {
  if (await isDirectory(source)) {
    const into = source.endsWith('/') ? destination : posix.join(destination, basename(source));
    await communicator.uploadTree(source, into, { signal });
    return;
  }
  const place = destination.endsWith('/') ? posix.join(destination, basename(source)) : destination;
  await communicator.upload({ path: source }, place, { signal });
}
