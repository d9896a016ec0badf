// Made from a schema by `npm run generate`; do not edit.

/** The image that is made. */
export interface ImageOptions {
  /**
   * Name of the image. Glance allows several images of one name.
   */
  readonly image_name: string;
  /**
   * Properties of the image, `hw_…` and `os_…` among them. Without an image_type: image. May use .BuildRegion .SourceImage .SourceImageName .SourceImageCreationDate .SourceImageOwner .SourceImageProperties.
   */
  readonly metadata?: {
    readonly [k: string]: string;
  };
  /**
   * Who may see the image. Without it: what Glance decides, most often shared.
   */
  readonly image_visibility?: 'public' | 'private' | 'shared' | 'community';
  /**
   * Ids of projects that the image is shared with.
   */
  readonly image_members?: readonly string[];
  /**
   * Accepts the image for the members too, so that it is in their lists. The user needs a role in their projects, or to be an administrator.
   */
  readonly image_auto_accept_members: boolean;
  /**
   * Tags of the image. May use .BuildRegion .SourceImage .SourceImageName .SourceImageCreationDate .SourceImageOwner .SourceImageProperties.
   */
  readonly image_tags?: readonly string[];
  /**
   * Size in GB that a disk needs to have for the image.
   */
  readonly image_min_disk?: number;
  /**
   * Stores of Glance that the image is copied to besides the one it is made in, where Glance has several. Packer has no such option.
   */
  readonly image_stores?: readonly string[];
  /**
   * How long to wait until the image is active. Packer waits for ever. (milliseconds)
   */
  readonly image_creation_timeout: number;
  /**
   * Seconds to wait when the image is active. It is not needed: Kiln waits until the server has done with the image, too.
   */
  readonly image_creation_wait?: number;
}
