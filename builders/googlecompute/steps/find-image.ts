import { adoptedOrKept } from '../../../plugins/sdk/cloud.ts';
import type { JsonValue } from '../../../plugins/sdk/index.ts';
import { lost } from '../../_cloud/lost.ts';
import { unlessGone } from '../../_googlecompute/api/google-error.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { MadeImage } from '../../_googlecompute/images/insert-image.ts';
import { getImage } from '../../_googlecompute/kinds/things.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { imageProject } from '../fill-in.ts';

/** Takes over the image that an earlier process had made. Throws `StepError` RESUME_LOST when it is gone. */
export async function findImage(
  config: GooglecomputeBuilderConfig,
  noted: JsonValue,
  { build, cloud, kinds }: GoogleBuild,
): Promise<MadeImage> {
  const project = imageProject(config);
  const name = typeof noted === 'string' ? noted : '';
  const image = await unlessGone(getImage({ project, place: 'global', name }, cloud));
  if (image !== undefined) return { image, acquired: adoptedOrKept(kinds.image, name, build) };
  throw lost(`the image ${name} is not there any more`);
}
