import { digestFile } from '../../../plugins/sdk/files.ts';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { shownPath } from '../../_shared/shown-path.ts';

/** SHA-256 of each file, in hex, by path. Throws `StepError` PROVENANCE_FILE. */
export async function digestFiles(
  files: readonly string[],
  { signal }: Pick<PostProcessRun, 'signal'>,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const file of new Set(files)) {
    try {
      digests.set(file, (await digestFile(file, ['sha256'], { signal })).get('sha256') ?? '');
    } catch (error) {
      throw fileFailure(`cannot read ${shownPath(file)}`, 'PROVENANCE_FILE', error, signal);
    }
  }
  return digests;
}
