import { resolve } from 'node:path';
import { PluginError, type RemoteArtifact } from '../../../clients/packer-plugin/index.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import { StepError } from '../../../core/errors/errors.ts';
import type { RunningComponent } from '../host.ts';

/** What a plugin has made, as Kiln knows artifacts. */
export function madeArtifact({ builderId, files, id, description }: RemoteArtifact): Promise<Artifact> {
  const absolute = files.map((file) => resolve(file));
  return Promise.resolve({ builderId, id, description, files: absolute, properties: {} });
}

/** Artifacts that only the process which made them can give up. */
export interface HeldArtifacts {
  /** Keeps the process for as long as Kiln lives. */
  keep(artifact: Artifact, remote: RemoteArtifact, running: RunningComponent): Artifact;
  /** Throws `StepError` PLUGIN_REFUSED when the plugin cannot, and when its process is gone. */
  discard(artifact: Artifact): Promise<void>;
}

function keyOf({ builderId, id, files }: Artifact): string {
  return JSON.stringify([builderId, id, files]);
}

export function heldArtifacts(): HeldArtifacts {
  const held = new Map<string, { readonly remote: RemoteArtifact; readonly running: RunningComponent }>();
  return {
    keep: (artifact, remote, running) => {
      running.release();
      held.set(keyOf(artifact), { remote, running });
      return artifact;
    },
    discard: async (artifact) => {
      const found = held.get(keyOf(artifact));
      held.delete(keyOf(artifact));
      try {
        if (found === undefined) throw new PluginError('broken', 'the process that made it has ended');
        await found.remote.destroy();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new StepError(`the plugin cannot give up ${artifact.description}: ${why}`, {
          code: 'PLUGIN_REFUSED',
          hint: 'remove it by hand when you do not want it',
          cause: error,
        });
      } finally {
        await found?.running.end();
      }
    },
  };
}
