import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { connectionOptions } from '../../builders/_amazon/api/credentials/access.ts';
import { artifactOf } from '../../builders/_amazon/images/artifact.ts';
import { openCloud } from '../../builders/_amazon/api/cloud.ts';
import { amazonKinds } from '../../builders/_amazon/kinds/kinds.ts';
import { checkNames } from '../../builders/_amazon/images/check-names.ts';
import { deregisterOld } from '../../builders/_amazon/images/steps/deregister-old.ts';
import { keepImages } from '../../builders/_amazon/images/steps/keep-images.ts';
import { shareImage } from '../../builders/_amazon/images/steps/share-image.ts';
import { pollingFrom } from '../../builders/_amazon/api/wait.ts';
import { chooseDisk } from './choose-disk.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';
import { wantedImage, type ImportWork } from './image.ts';
import { importObject } from './import-object.ts';
import { methodOf } from './method.ts';
import { publishDisk } from './publish-disk.ts';

const BUILDER_ID = 'packer.post-processor.amazon-import';

async function start(config: AmazonImportPostProcessorConfig, run: PostProcessRun): Promise<ImportWork> {
  const options = connectionOptions(config);
  const cloud = await openCloud(options, run.signal, config.decode_authorization_messages, run.ask);
  const polling = pollingFrom(config.aws_polling, process.env);
  return { build: run, run, config, cloud, polling, kinds: amazonKinds('amazon-import') };
}

export async function postProcess(
  input: Artifact,
  config: AmazonImportPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const method = methodOf(config);
  const disk = chooseDisk(input, config.format, method);
  const image = wantedImage(disk, config, run);
  const work = await start(config, run);
  const naming = {
    ami_name: image.name,
    skip_save_build_region: false,
    // The flag -force does it.
    force_deregister: false,
    force_delete_snapshot: false,
  };
  if (image.name !== '') {
    await checkNames(naming, work);
    await deregisterOld(naming, work);
  }
  const made = method === 'ebs-direct' ? await publishDisk(image, work) : await importObject(image, work);
  await shareImage(config, made, work);
  await keepImages([made], work);
  return { artifact: artifactOf(BUILDER_ID, [made], work.cloud), input: 'discard' };
}
