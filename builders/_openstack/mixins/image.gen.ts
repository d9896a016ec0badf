// Made from a schema by `npm run generate`; do not edit.
import type { GlanceOptions } from './glance.gen.ts';

/** The image that is made. */
export interface ImageOptions extends GlanceOptions {
  /**
   * Properties of the image, `hw_…` and `os_…` among them. Without an image_type: image. May use .BuildRegion .SourceImage .SourceImageName .SourceImageCreationDate .SourceImageOwner .SourceImageProperties.
   */
  readonly metadata?: {
    readonly [k: string]: string;
  };
  /**
   * Tags of the image. May use .BuildRegion .SourceImage .SourceImageName .SourceImageCreationDate .SourceImageOwner .SourceImageProperties.
   */
  readonly image_tags?: readonly string[];
  /**
   * Seconds to wait when the image is active. It is not needed: Kiln waits until the server has done with the image, too.
   */
  readonly image_creation_wait?: number;
}
