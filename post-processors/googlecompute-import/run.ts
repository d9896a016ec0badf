import { loginOptions } from '../../builders/_googlecompute/credentials/login-options.ts';
import type { GoogleWork } from '../../builders/_googlecompute/google-build.ts';
import { artifactOf } from '../../builders/_googlecompute/images/artifact.ts';
import { finishImage } from '../../builders/_googlecompute/images/finish-image.ts';
import { checkNoImage, insertImage } from '../../builders/_googlecompute/images/insert-image.ts';
import { googleKinds } from '../../builders/_googlecompute/kinds/kinds.ts';
import { startGoogle } from '../../builders/_googlecompute/start.ts';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { chooseSource } from './choose-source.ts';
import type { GooglecomputeImportPostProcessorConfig } from './config.gen.ts';
import { wantedImage } from './image.ts';
import { openSource } from './steps/open-source.ts';
import { uploadObject } from './steps/upload-object.ts';

const BUILDER_ID = 'packer.post-processor.googlecompute-import';

/** As Packer has it: seconds, the same in the whole run. */
function usualName({ runStarted }: PostProcessRun): string {
  return `packer-import-${Math.floor(runStarted / 1000)}.tar.gz`;
}

export async function postProcess(
  input: Artifact,
  config: GooglecomputeImportPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const { project_id: project, bucket, image_name: name, state_timeout: milliseconds } = config;
  const chosen = chooseSource(input, config.format);
  const cloud = await startGoogle(config, run);
  const work: GoogleWork = { build: run, cloud, kinds: googleKinds('googlecompute-import') };
  await checkNoImage(project, name, work);
  const source = await openSource(chosen, run);
  const place = { bucket, name: config.gcs_object_name ?? usualName(run), login: loginOptions(config) };
  const object = await uploadObject(source, place, run);
  const image = await wantedImage(chosen, config, object.url);
  const limit = { milliseconds, option: 'state_timeout' };
  const made = await insertImage({ project, image, limit }, work);
  const { skip_clean: stays } = config;
  await finishImage(config, { made, project, limit }, work, stays ? () => object.acquired.keep() : undefined);
  if (!stays) await object.acquired.release();
  const artifact = artifactOf({ builderId: BUILDER_ID, project, zone: '' }, made.image, cloud);
  return { artifact, input: 'discard' };
}
