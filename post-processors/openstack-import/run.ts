import type { Image, ImageChange } from '../../clients/openstack/index.ts';
import { startOpenstack } from '../../builders/_openstack/start.ts';
import { artifactOf } from '../../builders/_openstack/images/artifact.ts';
import { finishImage } from '../../builders/_openstack/images/finish-image.ts';
import { openstackKinds } from '../../builders/_openstack/kinds/kinds.ts';
import type { Artifact, PostProcessed, PostProcessRun } from '../../plugins/sdk/index.ts';
import { chooseDisk } from './choose-disk.ts';
import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';
import { imageRequest } from './image-request.ts';
import type { ImportWork } from './import-work.ts';
import { UPLOAD_MARK } from './kinds.ts';
import { beginImage } from './steps/begin-image.ts';
import { deleteOlder } from './steps/delete-older.ts';
import { fillImage } from './steps/fill-image.ts';
import { openDisk } from './steps/open-disk.ts';
import { checkHash } from './steps/read-disk.ts';

const BUILDER_ID = 'kiln.post-processor.openstack-import';

/** The image gets its name when it is whole, and loses what told whose it is. */
function lastChanges(name: string, image: Image): readonly ImageChange[] {
  return [
    ...(image.name === name ? [] : [{ op: 'replace', path: '/name', value: name } as const]),
    ...(UPLOAD_MARK in image ? [{ op: 'remove', path: `/${UPLOAD_MARK}` } as const] : []),
  ];
}

export async function postProcess(
  input: Artifact,
  config: OpenstackImportPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const file = chooseDisk(input, config.format);
  const cloud = await startOpenstack(config, run);
  const work: ImportWork = { build: run, run, config, cloud, kinds: openstackKinds('openstack-import') };
  const disk = await openDisk(file, config.image_disk_format, run);
  const begun = await beginImage(disk, imageRequest(file, disk.format, config), work);
  const { image, digest } = await fillImage(disk, begun, work);
  await checkHash(disk, image, digest, run.signal);
  const made = { image, acquired: begun.acquired };
  await finishImage(config, [], made, work, (found) => lastChanges(config.image_name, found));
  await deleteOlder(image.id, work);
  return { artifact: artifactOf(BUILDER_ID, image.id, cloud), input: 'discard' };
}
