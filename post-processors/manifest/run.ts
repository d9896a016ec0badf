import { resolve } from 'node:path';
import { aboutOption, type Artifact, type PostProcessed, type PostProcessRun } from '../../plugins/sdk/index.ts';
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
  const rewriting = { kind: manifestLock, mode: 0o664 };
  await aboutOption('/output', () => rewriteFile(resolve(config.output), add, rewriting, run));
  return { artifact: 'input', input: 'contained' };
}
