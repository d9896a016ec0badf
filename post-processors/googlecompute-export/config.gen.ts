// Made from a schema by `npm run generate`; do not edit.
import type { AccessOptions } from '../../builders/_googlecompute/mixins/access.gen.ts';

/** Exports an image of Google Compute Engine to Cloud Storage, as a .tar.gz with a disk.raw in it. */
export interface GooglecomputeExportPostProcessorConfig extends AccessOptions {
  /**
   * Objects that get the archive: gs://BUCKET/NAME.tar.gz. The first is written by the worker, the others are copies of it.
   *
   * @minItems 1
   */
  readonly paths: readonly string[];
  /**
   * Zone of the worker. Without it: the one in which the image was built.
   */
  readonly zone?: string;
  /**
   * Machine type of the worker.
   */
  readonly machine_type: string;
  /**
   * GB of the worker's boot disk. The export takes no room on it; a larger disk may read faster.
   */
  readonly disk_size: number;
  /**
   * Type of the worker's disks.
   */
  readonly disk_type: string;
  /**
   * Family of the worker's image. It has bash, python3, gzip and gcloud.
   */
  readonly source_image_family: string;
  /**
   * Project of that family. Packer has no such option.
   */
  readonly source_image_project_id: string;
  /**
   * Network of the worker: a name in the project, or a path or URL. Without it and without a subnetwork: default.
   */
  readonly network?: string;
  /**
   * Subnetwork of the worker: a name in the project, or a path or URL, for a network in custom mode.
   */
  readonly subnetwork?: string;
  /**
   * Whether the worker has no external address. Its subnetwork needs Private Google Access then.
   */
  readonly omit_external_ip: boolean;
  /**
   * Service account of the worker, which writes the objects. Without it: the project's default one.
   */
  readonly service_account_email?: string;
  /**
   * Scopes of the worker's service account.
   */
  readonly scopes: readonly string[];
  /**
   * How long the export may take, from the start of the worker on. Packer may wait without an end. (milliseconds)
   */
  readonly export_timeout: number;
}
