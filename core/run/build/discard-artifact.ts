import { rm } from 'node:fs/promises';
import type { Artifact } from '../../contract/artifact.ts';
import type { MadeArtifact } from './artifact-fates.ts';
import { withDeadline } from '../scope/release.ts';
import type { RunContext } from '../run-context.ts';
import { reasonOf } from '../scope/scope-item.ts';

/**
 * Gives up artifacts that are not part of the result: their maker does it, or their files are removed. Files that an
 * artifact in `kept` has too stay. Never throws: what cannot be removed is reported as left behind.
 */
export async function discardArtifacts(
  run: RunContext,
  build: string,
  discarded: readonly MadeArtifact[],
  kept: readonly Artifact[],
): Promise<void> {
  const needed = new Set(kept.flatMap(({ files }) => files));
  const say = (text: string): void => run.emit({ type: 'message', build, level: 'info', text });
  for (const { artifact, maker } of discarded) {
    const files = artifact.files.filter((path) => !needed.has(path));
    say(`Removing the artifact that was processed: ${artifact.description}`);
    try {
      await withDeadline(run.releaseTimeout, async (signal) => {
        if (maker.discard !== undefined) await maker.discard({ ...artifact, files }, { signal, say });
        else for (const path of files) await rm(path, { recursive: true, force: true });
      });
    } catch (error) {
      run.leaveBehind({ build, what: artifact.description, reason: reasonOf(error) });
    }
  }
}
