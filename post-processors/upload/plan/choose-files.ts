import { glob } from 'node:fs/promises';
import { basename, matchesGlob, resolve } from 'node:path';
import { StepError, type Artifact } from '../../../plugins/sdk/index.ts';

/** The paths that a pattern is for, in their order. */
async function matching(pattern: string, { files }: Artifact): Promise<readonly string[]> {
  if (!pattern.includes('/')) return files.filter((path) => matchesGlob(basename(path), pattern));
  const found = await Array.fromAsync(glob(resolve(pattern), { withFileTypes: true }));
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => resolve(entry.parentPath, entry.name))
    .sort();
}

/**
 * Absolute paths of the files to upload, each once. Throws `StepError` UPLOAD_NO_FILES, about the option at `pointer`,
 * when the artifact has no files or a pattern is for none.
 */
export async function chooseFiles(
  artifact: Artifact,
  patterns: readonly string[] | undefined,
  pointer: string,
): Promise<readonly string[]> {
  if (patterns === undefined) {
    if (artifact.files.length > 0) return artifact.files;
    throw new StepError('the artifact has no files on this machine to upload', {
      code: 'UPLOAD_NO_FILES',
      hint: 'an image in a cloud is no file; "files" may name others',
    });
  }
  const chosen: string[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const found = await matching(pattern, artifact);
    if (found.length === 0) {
      const names = artifact.files.map((path) => basename(path)).join(', ') || 'none';
      throw new StepError(`no file fits ${JSON.stringify(pattern)}`, {
        code: 'UPLOAD_NO_FILES',
        pointer: `${pointer}/${index}`,
        hint: pattern.includes('/')
          ? 'the path counts from the working directory'
          : `the artifact's files are ${names}`,
      });
    }
    chosen.push(...found);
  }
  return [...new Set(chosen)];
}
