// Made from a schema by `npm run generate`; do not edit.

/** The image in Glance. */
export interface GlanceOptions {
  /**
   * Name of the image. Glance allows several images of one name.
   */
  readonly image_name: string;
  /**
   * Who may see the image. Without it: shared when there are image_members, and else what OpenStack decides, which is private for an image of a server.
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
   * Size in GB that a disk needs to have for the image.
   */
  readonly image_min_disk?: number;
  /**
   * Stores of Glance that have the image in the end, where Glance has several. Packer has no such option.
   */
  readonly image_stores?: readonly string[];
  /**
   * How long to wait until the image is active. Packer waits for ever. (milliseconds)
   */
  readonly image_creation_timeout: number;
}
