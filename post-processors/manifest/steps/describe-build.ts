import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Artifact, PostProcessRun } from '../../../plugins/sdk/index.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { ManifestPostProcessorConfig } from '../config.gen.ts';
import type { ManifestEntry } from '../manifest-file.ts';

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // Packer's rule, and what readers of manifests know: a file that is gone has size 0.
    return 0;
  }
}

/** The build's entry. */
export async function describeBuild(
  input: Artifact,
  config: ManifestPostProcessorConfig,
  run: PostProcessRun,
): Promise<ManifestEntry> {
  const files = await Promise.all(
    input.files.map(async (path) => ({
      name: config.strip_path ? basename(path) : shownPath(path),
      size: await sizeOf(path),
    })),
  );
  return {
    name: run.buildName,
    builder_type: run.builderType,
    build_time: config.strip_time ? 0 : Math.floor(run.runStarted / 1000),
    files: files.length === 0 ? null : files,
    artifact_id: input.id,
    packer_run_uuid: run.runId,
    custom_data: config.custom_data ?? null,
  };
}
