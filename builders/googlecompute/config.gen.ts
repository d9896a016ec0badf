// Made from a schema by `npm run generate`; do not edit.
import type { AccessOptions } from '../_googlecompute/mixins/access.gen.ts';
import type { ImageOptions } from '../_googlecompute/mixins/image.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Starts an instance in Google Compute Engine, provisions it and makes an image of its disk. */
export interface GooglecomputeBuilderConfig extends AccessOptions, ImageOptions, CommunicatorOptions {
  /**
   * Id of the project to build in.
   */
  readonly project_id: string;
  /**
   * Zone to build in.
   */
  readonly zone: string;
  /**
   * Name of the image to start from. One of source_image and source_image_family is required; this one wins.
   */
  readonly source_image?: string;
  /**
   * Family whose newest image to start from.
   */
  readonly source_image_family?: string;
  /**
   * Projects to look for the image in, one after the other. Without it: project_id, and then those in which Google offers images.
   */
  readonly source_image_project_id?: readonly string[];
  /**
   * Type of the machine.
   */
  readonly machine_type: string;
  /**
   * Name of the instance. Default: packer- and a random id.
   */
  readonly instance_name?: string;
  /**
   * Name of the boot disk. Default: the instance's.
   */
  readonly disk_name?: string;
  /**
   * Size of the boot disk in GB. Without it: 20, or what the source image needs.
   */
  readonly disk_size?: number;
  /**
   * Type of the boot disk.
   */
  readonly disk_type: string;
  /**
   * Network of the instance, by name or by URL. Without it and subnetwork: default.
   */
  readonly network?: string;
  /**
   * Subnetwork of the instance, by name or by URL. A network in custom mode needs one.
   */
  readonly subnetwork?: string;
  /**
   * Project of the network and the subnetwork, when they are shared ones of a host project. Without it: project_id.
   */
  readonly network_project_id?: string;
  /**
   * Network tags of the instance, by which firewall rules know it. One that lets SSH or WinRM in has to be there.
   */
  readonly tags?: readonly string[];
  /**
   * Labels of the instance and its disks.
   */
  readonly labels?: {
    readonly [k: string]: string;
  };
  /**
   * Metadata of the instance. What it says of ssh-keys counts beside Kiln's own key.
   */
  readonly metadata?: {
    readonly [k: string]: string;
  };
  /**
   * Makes no image, to try provisioners out.
   */
  readonly skip_create_image: boolean;
  /**
   * How long to wait for each thing that Google does, but for the image. (milliseconds)
   */
  readonly state_timeout: number;
  /**
   * How long to wait until the image is made. With Packer state_timeout counts for it, too, which is too short for large disks. (milliseconds)
   */
  readonly image_creation_timeout: number;
}
