import { access } from 'node:fs/promises';
import { normalize } from 'node:path';
import type { Artifact } from '../../../core/contract/artifact.ts';
import { CommandError } from '../../../core/errors/errors.ts';
import { refuseProtected } from '../../../core/run/output/protected-places.ts';
import { brokeProtocol } from '../host/faults.ts';

/**
 * A plugin's artifact, whose files Kiln may have to remove one day. Throws `CommandError` PLUGIN_PROTOCOL for one that is not
 * there or goes ways around, and `StepError` OUTPUT_PROTECTED for what Kiln itself needs.
 */
export async function madeArtifact(plugin: string, made: unknown): Promise<Artifact> {
  const artifact = made as Artifact;
  const fault = (what: string): CommandError => brokeProtocol(plugin, what, '');
  const paths = [...artifact.files, ...(artifact.disks ?? []).map(({ path }) => path)];
  for (const path of paths) {
    if (normalize(path) !== path || path.includes('\0')) {
      throw fault(`has made an artifact with the file ${JSON.stringify(path)}, which is no plain absolute path`);
    }
    await access(path).catch(() => {
      throw fault(`has made an artifact with the file ${path}, which is not there`);
    });
    await refuseProtected(path);
  }
  const stray = (artifact.disks ?? []).find(({ path }) => !artifact.files.includes(path));
  if (stray !== undefined)
    throw fault(`has made an artifact with the disk ${stray.path}, which is not among its files`);
  return artifact;
}
