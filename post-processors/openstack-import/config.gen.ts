// Made from a schema by `npm run generate`; do not edit.
import type { GlanceOptions } from '../../builders/_openstack/mixins/glance.gen.ts';
import type { AccessOptions } from '../../builders/_openstack/mixins/access.gen.ts';

/** Makes an image in Glance of a disk image on this machine. */
export interface OpenstackImportPostProcessorConfig extends GlanceOptions, AccessOptions {
  /**
   * How the disk gets into Glance. `upload` sends it to a store at once. `glance-direct` is the import workflow: the disk is sent to Glance's staging area, and Glance brings it into the stores from there, with what the cloud's operators have it do on the way, such as a conversion.
   */
  readonly method: 'upload' | 'glance-direct';
  /**
   * Format of the disk image; the artifact's first file of it is taken. Without it: the first disk of which the builder says what it is, or else the first file with an extension that tells.
   */
  readonly format?: 'iso' | 'ova' | 'qcow2' | 'raw' | 'vdi' | 'vhd' | 'vhdx' | 'vmdk';
  /**
   * Format that the image has in Glance, for example raw for a cloud whose disks are in Ceph. A disk in another format is converted on this machine first. Without it: the disk's own.
   */
  readonly image_disk_format?: 'qcow2' | 'raw' | 'vdi' | 'vhd' | 'vhdx' | 'vmdk';
  /**
   * Properties of the image, `hw_…` and `os_…` among them. Without an hw_firmware_type the image of a disk that its builder booted only by UEFI gets uefi.
   */
  readonly metadata?: {
    readonly [k: string]: string;
  };
  /**
   * Tags of the image.
   */
  readonly image_tags?: readonly string[];
  /**
   * MB of memory that a machine needs to have for the image.
   */
  readonly image_min_ram?: number;
}
