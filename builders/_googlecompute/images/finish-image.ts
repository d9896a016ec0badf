import { carryOut } from '../api/operation.ts';
import type { Limit } from '../api/wait.ts';
import type { GoogleWork } from '../google-build.ts';
import type { ImageOptions } from '../mixins/image.gen.ts';
import type { MadeImage } from './insert-image.ts';

/** An image that is ready, and where it is. */
export interface Finishing {
  readonly made: MadeImage;
  readonly project: string;
  readonly limit: Limit;
}

/** Notes when the image is to be deprecated, obsolete and deleted. */
async function noteTimes(config: ImageOptions, { made, project, limit }: Finishing, work: GoogleWork): Promise<void> {
  const { deprecate_at: deprecated, obsolete_at: obsolete, delete_at: deleted } = config;
  const times = {
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(obsolete === undefined ? {} : { obsolete }),
    ...(deleted === undefined ? {} : { deleted }),
  };
  if (Object.keys(times).length === 0) return;
  const image = made.image.name ?? '';
  const requestBody = { state: 'ACTIVE', ...times };
  await carryOut(
    (compute, requestId, call) => compute.images.deprecate({ project, image, requestId, requestBody }, call),
    { what: `noting the times of the image ${image}`, limit },
    work,
  );
}

/**
 * What is left to do with an image that is ready, and `last`; from then on it is the result. Kiln's own labels stay on it: they tell
 * which run made it. Throws `StepError` GOOGLE_….
 */
export async function finishImage(
  config: ImageOptions,
  finishing: Finishing,
  work: GoogleWork,
  last: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await noteTimes(config, finishing, work);
  await last();
  await finishing.made.acquired.keep();
}
