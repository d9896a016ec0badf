import { realpath } from 'node:fs/promises';
import { stageSharedFile } from '../../../plugins/sdk/host.ts';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { withFileLock } from '../../_shared/file-lock.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { SigningMethod } from '../../_signing/signing.ts';
import { signLock } from '../lock.ts';

/**
 * Signs a file by one method and gives the path of the signature, which replaces an older one when it is whole. The
 * file is locked meanwhile, as those are that write lists of checksums: what is signed last is what is there.
 */
export async function writeSignature(file: string, method: SigningMethod, run: PostProcessRun): Promise<string> {
  const signature = `${file}${method.suffix}`;
  try {
    const place = await realpath(file);
    await withFileLock(`${place}.lock`, signLock, run, async () => {
      const staged = await stageSharedFile(run, signature);
      await method.sign(file, staged.path, run);
      await staged.publish();
    });
  } catch (error) {
    throw fileFailure(`cannot write ${shownPath(signature)}`, 'OUTPUT_NOT_WRITTEN', error, run.signal);
  }
  return signature;
}
