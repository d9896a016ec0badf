import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Artifact, JsonObject, PostProcessRun } from '../../../plugins/sdk/index.ts';
import { digestFile } from '../../../plugins/sdk/files.ts';
import { fileFailure } from '../../_shared/file-failure.ts';
import { shownPath } from '../../_shared/shown-path.ts';
import type { ManifestPostProcessorConfig } from '../config.gen.ts';
import type { ManifestEntry, ManifestFile } from '../manifest-file.ts';

/** As `stat` counts what a file takes of the disk. */
const BLOCK = 512;

async function digestsOf(
  path: string,
  algorithms: NonNullable<ManifestPostProcessorConfig['digests']>,
  { signal }: PostProcessRun,
): Promise<JsonObject> {
  try {
    return Object.fromEntries(await digestFile(path, [...new Set(algorithms)], { signal }));
  } catch (error) {
    throw fileFailure(`cannot read ${shownPath(path)}`, 'MANIFEST_FILE_UNREADABLE', error, signal, '/digests');
  }
}

function diskFacts(path: string, { disks = [] }: Artifact): JsonObject {
  const disk = disks.find((each) => each.path === path);
  return disk === undefined ? {} : { format: disk.format, virtual_size: disk.virtualSize };
}

async function describeFile(
  path: string,
  input: Artifact,
  config: ManifestPostProcessorConfig,
  run: PostProcessRun,
): Promise<ManifestFile> {
  // Packer's rule, and what readers of manifests know: a file that is gone has size 0.
  const { size, blocks } = await stat(path).catch(() => ({ size: 0, blocks: 0 }));
  const more = {
    ...(config.sizes ? { allocated: blocks * BLOCK, ...diskFacts(path, input) } : {}),
    ...(config.digests === undefined ? {} : { digests: await digestsOf(path, config.digests, run) }),
  };
  const name = config.strip_path ? basename(path) : shownPath(path);
  return Object.keys(more).length === 0 ? { name, size } : { name, size, more };
}

function sourcesOf({ data }: PostProcessRun): JsonObject {
  const facts = Object.entries(data).filter(([name]) => name.startsWith('Source'));
  return Object.fromEntries(facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The build's entry. Throws `StepError` MANIFEST_FILE_UNREADABLE when a file has no digest. */
export async function describeBuild(
  input: Artifact,
  config: ManifestPostProcessorConfig,
  run: PostProcessRun,
): Promise<ManifestEntry> {
  const files: ManifestFile[] = [];
  for (const path of input.files) files.push(await describeFile(path, input, config, run));
  // Packer has no such files, so that nobody knows them without their digests.
  for (const { url, size, sha256 } of input.remotes ?? [])
    files.push({ name: url, size, more: { digests: { sha256 } } });
  return {
    name: run.buildName,
    builder_type: run.builderType,
    build_time: config.strip_time ? 0 : Math.floor(run.runStarted / 1000),
    files: files.length === 0 ? null : files,
    artifact_id: input.id,
    packer_run_uuid: run.runId,
    custom_data: config.custom_data ?? null,
    ...(config.sources ? { sources: sourcesOf(run) } : {}),
  };
}
