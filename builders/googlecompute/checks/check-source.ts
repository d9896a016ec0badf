import { errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

/** What the schema cannot say of the image to start from. */
export function checkSource(config: GooglecomputeBuilderConfig): readonly Diagnostic[] {
  const { source_image: image, source_image_family: family } = config;
  if ((image ?? family) !== undefined) return [];
  const hint = 'set source_image_family, such as debian-12, or source_image';
  return [errorAt('GOOGLE_SOURCE', '', 'nothing says which image to start from', { hint })];
}
