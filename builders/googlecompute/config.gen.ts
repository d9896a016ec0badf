// Made from a schema by `npm run generate`; do not edit.
import type { AccessOptions } from '../_googlecompute/mixins/access.gen.ts';
import type { GuestOptions } from '../_googlecompute/mixins/guest.gen.ts';
import type { ImageOptions } from '../_googlecompute/mixins/image.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Starts an instance in Google Compute Engine, provisions it and makes an image of its disk. */
export interface GooglecomputeBuilderConfig extends AccessOptions, GuestOptions, ImageOptions, CommunicatorOptions {
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
  /**
   * Region of subnetwork and address. Without it: that of the zone.
   */
  readonly region?: string;
  /**
   * Project to make the image in. Without it: project_id.
   */
  readonly image_project_id?: string;
  /**
   * Key to encrypt the boot disk with. Without it: one of Google's.
   */
  readonly disk_encryption_key?: {
    /**
     * Key of Cloud KMS: projects/…/locations/…/keyRings/…/cryptoKeys/….
     */
    readonly kmsKeyName?: string;
    /**
     * A key of your own: 32 bytes in base64.
     */
    readonly rawKey?: string;
  };
  /**
   * Further disks of the instance.
   */
  readonly disk_attachment?: readonly {
    /**
     * Type of the disk, such as pd-ssd or hyperdisk-balanced; scratch is a local SSD.
     */
    readonly volume_type: string;
    /**
     * Size in GB. Local SSDs have 375.
     */
    readonly volume_size: number;
    /**
     * Name of the disk. Default: the instance's and a number.
     */
    readonly disk_name?: string;
    /**
     * Name by which the guest finds it under /dev/disk/by-id/google-….
     */
    readonly device_name?: string;
    /**
     * How the instance has it.
     */
    readonly attachment_mode: 'READ_WRITE' | 'READ_ONLY';
    /**
     * Interface of the disk.
     */
    readonly interface_type: 'SCSI' | 'NVME';
    /**
     * Image to make the disk of: its URL, or path from projects/ on. Without it the disk is empty.
     */
    readonly source_image?: string;
    /**
     * Disk that is there already, to attach in place of a new one; it stays. Its name or URL.
     */
    readonly source_volume?: string;
    /**
     * Makes the image of this disk, in place of the boot disk.
     */
    readonly create_image: boolean;
    /**
     * Keeps the disk when the build has succeeded. Without it the disk goes with the instance.
     */
    readonly keep_device: boolean;
    /**
     * Operations a second, for types that let them be chosen.
     */
    readonly iops?: number;
    /**
     * Two zones that the disk is in, of which one is that of the instance: a regional disk.
     */
    readonly replica_zones?: readonly string[];
    /**
     * Key to encrypt the disk with.
     */
    readonly disk_encryption_key?: {
      /**
       * Key of Cloud KMS: projects/…/locations/…/keyRings/…/cryptoKeys/….
       */
      readonly kmsKeyName?: string;
      /**
       * A key of your own: 32 bytes in base64.
       */
      readonly rawKey?: string;
    };
  }[];
  /**
   * Name of a reserved external address of the region, or the address, for the instance. Without it: any.
   */
  readonly address?: string;
  /**
   * Internal address of the instance. Without it: any of the subnetwork.
   */
  readonly network_ip?: string;
  /**
   * Gives the instance no external address. Needs use_internal_ip or use_iap.
   */
  readonly omit_external_ip: boolean;
  /**
   * Service account of the instance. Without it: the project's default one.
   */
  readonly service_account_email?: string;
  /**
   * Gives the instance no service account, unless service_account_email is given.
   */
  readonly disable_default_service_account: boolean;
  /**
   * What the service account may do from within the instance.
   */
  readonly scopes: readonly string[];
  /**
   * Type of the GPUs, such as nvidia-tesla-t4, or its URL.
   */
  readonly accelerator_type?: string;
  /**
   * Number of GPUs; needs accelerator_type.
   */
  readonly accelerator_count?: number;
  /**
   * What becomes of the instance when its host is maintained. Without it: MIGRATE, or TERMINATE for a preemptible one, a spot one and one with GPUs, which cannot migrate.
   */
  readonly on_host_maintenance?: 'MIGRATE' | 'TERMINATE';
  /**
   * A cheaper instance, which Google may end at any time and after a day.
   */
  readonly preemptible: boolean;
  /**
   * SPOT: a cheaper instance, which Google may end at any time. Packer has no such option.
   */
  readonly provisioning_model?: 'STANDARD' | 'SPOT';
  /**
   * What becomes of a spot instance, or of one with max_run_duration_in_seconds, when its time is over. Without it: STOP.
   */
  readonly instance_termination_action?: 'STOP' | 'DELETE';
  /**
   * Google ends the instance after so many seconds, also when Kiln is not there any more.
   */
  readonly max_run_duration_in_seconds?: number;
  /**
   * Least processor, such as Intel Ice Lake.
   */
  readonly min_cpu_platform?: string;
  /**
   * Lets machines run within the instance.
   */
  readonly enable_nested_virtualization: boolean;
  /**
   * Boots what is signed only. Without it: what Google does with the image.
   */
  readonly enable_secure_boot?: boolean;
  /**
   * Gives the instance a TPM. Without it: what Google does with the image.
   */
  readonly enable_vtpm?: boolean;
  /**
   * Has Google watch how the instance boots; needs enable_vtpm.
   */
  readonly enable_integrity_monitoring?: boolean;
  /**
   * Sole-tenant nodes that the instance may run on.
   */
  readonly node_affinity?: readonly {
    /**
     * Label of the nodes.
     */
    readonly key?: string;
    /**
     * Whether the node has one of the values, or none.
     */
    readonly operator: 'IN' | 'NOT_IN';
    /**
     * Values of the label.
     */
    readonly values?: readonly string[];
  }[];
  /**
   * Reservations that the instance may use. Without it: any.
   */
  readonly reservation_affinity?: {
    /**
     * Which reservations the instance may use.
     */
    readonly consume_reservation_type?: 'ANY_RESERVATION' | 'NO_RESERVATION' | 'SPECIFIC_RESERVATION';
    /**
     * compute.googleapis.com/reservation-name, for a specific one.
     */
    readonly key?: string;
    /**
     * Names of reservations.
     */
    readonly values?: readonly string[];
  };
  /**
   * Tags of Resource Manager for the instance: tagKeys/… to tagValues/….
   */
  readonly resource_manager_tags?: {
    readonly [k: string]: string;
  };
}
