import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import type { JsonValue } from '../../../plugins/sdk/index.ts';
import { lost } from '../../_cloud/lost.ts';
import { unlessGone } from '../../_openstack/api/failure.ts';
import type { MadeImage } from '../../_openstack/images/finish-image.ts';
import type { OpenstackBuild } from '../../_openstack/openstack-build.ts';

/** Takes over the image that an earlier process had made. Throws `StepError` RESUME_LOST when it is gone. */
export async function findImage(noted: JsonValue, { build, cloud, kinds }: OpenstackBuild): Promise<MadeImage> {
  const id = typeof noted === 'string' ? noted : '';
  const image = await unlessGone(cloud.ask((client, call) => client.image.images.get(id, call)));
  if (image !== undefined) return { image, acquired: adoptedOrKept(kinds.image, id, build) };
  throw lost(`the image ${id} is not there any more`);
}
