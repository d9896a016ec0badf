import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { readManifest, type Manifest, type ManifestEntry } from '../manifest-file.ts';

function existingManifest(text: string, output: string): Manifest {
  try {
    return readManifest(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StepError(`${output} is not a manifest: ${reason}`, {
      code: 'MANIFEST_BROKEN',
      hint: 'mend or remove the file, or give "output" another path; it was left as it is',
      cause: error,
    });
  }
}

/**
 * The manifest with the entry added; `existing` is the text of the one there is. -force drops the entries of earlier
 * runs, as Packer does. Throws `StepError` (MANIFEST_BROKEN) when `existing` is not a manifest.
 */
export function addEntry(
  existing: string | undefined,
  entry: ManifestEntry,
  output: string,
  run: Pick<PostProcessRun, 'force' | 'runId'>,
): Manifest {
  const manifest = existingManifest(existing ?? '', output);
  const anew = run.force && manifest.lastRunUuid !== run.runId;
  return { builds: [...(anew ? [] : manifest.builds), entry], lastRunUuid: run.runId };
}
