// Made from a schema by `npm run generate`; do not edit.
import type { ImageOptions } from '../../builders/_googlecompute/mixins/image.gen.ts';
import type { AccessOptions } from '../../builders/_googlecompute/mixins/access.gen.ts';

/** Makes an image in Google Compute Engine of a disk image on this machine. */
export interface GooglecomputeImportPostProcessorConfig extends ImageOptions, AccessOptions {
  /**
   * Project that gets the image.
   */
  readonly project_id: string;
  /**
   * Bucket of Cloud Storage that the packed disk goes through.
   */
  readonly bucket: string;
  /**
   * Name of the object in the bucket; it ends in `.tar.gz`. Default: packer-import-{{timestamp}}.tar.gz.
   */
  readonly gcs_object_name?: string;
  /**
   * Leave the object in the bucket when the image is made.
   */
  readonly skip_clean: boolean;
  /**
   * What the artifact's file is; the first of that format is taken. Without it: the first file that ends in `.tar.gz`, or else the first disk of which the builder says what it is, or else the first file with an extension that tells. Packer has no such option and takes `.tar.gz` only.
   */
  readonly format?: 'qcow2' | 'raw' | 'tar.gz' | 'vdi' | 'vhd' | 'vhdx' | 'vmdk';
  /**
   * Scopes of the access token. Kiln always asks for cloud-platform, which is the default of Packer: the rights of the account are what counts.
   */
  readonly scopes?: readonly string[];
  /**
   * How long Google may take to make the image. Packer waits without an end. (milliseconds)
   */
  readonly state_timeout: number;
  /**
   * Name of the image: at most 63 lowercase letters, digits and hyphens, the first a letter, the last no hyphen. Default: packer-{{timestamp}}.
   */
  readonly image_name: string;
}
