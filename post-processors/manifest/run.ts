import { resolve } from 'node:path';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { rewriteFile } from '../_shared/rewrite-file.ts';
import type { ManifestPostProcessorConfig } from './config.gen.ts';
import { manifestLock } from './lock.ts';
import { writeManifest } from './manifest-file.ts';
import { addEntry } from './steps/add-entry.ts';
import { describeBuild } from './steps/describe-build.ts';

export async function postProcess(
  input: Artifact,
  config: ManifestPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const entry = await describeBuild(input, config, run);
  const add = (existing: string | undefined): string => writeManifest(addEntry(existing, entry, config.output, run));
  await rewriteFile(resolve(config.output), add, { kind: manifestLock, mode: 0o664 }, run);
  return { artifact: input, keepInput: true, mustKeepInput: true };
}
