import type { Image } from '../../../clients/openstack/index.ts';
import { reasonOf } from '../../../builders/_openstack/images/wait-for-image.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { ImportWork } from '../import-work.ts';
import { imageAtRest } from './await-image.ts';

function isImporting({ status }: Image): boolean {
  return status === 'uploading' || status === 'importing';
}

/** Has Glance bring what was staged into the stores. Throws `StepError` OPENSTACK_FAILED with Glance's reason. */
export async function importStaged(image: Image, work: ImportWork): Promise<Image> {
  const { cloud, run, config } = work;
  const { image_stores: stores = [], image_creation_timeout: milliseconds } = config;
  const { id } = image;
  const request = { method: { name: 'glance-direct' }, ...(stores.length === 0 ? {} : { stores }) } as const;
  // An earlier process may have asked for it already.
  const isAsked = image.status === 'importing' || image['os_glance_import_task'] !== undefined;
  if (!isAsked) await cloud.ask((client, call) => client.image.images.import(id, request, call));
  run.say(`Glance imports the image ${id}`);
  const hint = 'image_creation_timeout sets how long is waited';
  const limit = { milliseconds, pointer: '/image_creation_timeout', hint };
  const imported = await imageAtRest(id, isImporting, limit, work);
  if (imported.status === 'active') return imported;
  const reason = await reasonOf(imported, work);
  throw new StepError(`Glance did not import the image ${id}: ${reason}`, { code: 'OPENSTACK_FAILED' });
}
