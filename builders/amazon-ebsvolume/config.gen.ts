// Made from a schema by `npm run generate`; do not edit.
import type { RunOptions } from '../_amazon/mixins/run.gen.ts';
import type { AccessOptions } from '../_amazon/mixins/access.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Starts an instance in EC2, provisions it and keeps volumes of it, or snapshots of them. Makes no AMI. */
export interface AmazonEbsvolumeBuilderConfig extends RunOptions, AccessOptions, CommunicatorOptions {
  /**
   * Volumes to make. They are attached to the instance while it is provisioned, and stay when it is gone.
   */
  readonly ebs_volumes?: readonly {
    /**
     * Name of the device, /dev/sda1 or xvdb for example.
     */
    readonly device_name?: string;
    /**
     * Whether the volume goes with the instance, and is no result of the build: for one of which only a snapshot is wanted.
     */
    readonly delete_on_termination: boolean;
    /**
     * Encrypts the volume. Without it: as the snapshot, or the account's default.
     */
    readonly encrypted?: boolean;
    /**
     * I/O operations a second, for io1, io2 and gp3; without effect for other types.
     */
    readonly iops?: number;
    /**
     * Key to encrypt with: id, alias or ARN. Encrypts the volume, unless encrypted is false, which is refused.
     */
    readonly kms_key_id?: string;
    /**
     * Leaves out the device that the source AMI has under this name.
     */
    readonly no_device: boolean;
    /**
     * Snapshot to start from.
     */
    readonly snapshot_id?: string;
    /**
     * MiB/s, for gp3.
     */
    readonly throughput?: number;
    /**
     * ephemeral0 and so on, for instance store volumes.
     */
    readonly virtual_name?: string;
    /**
     * gp2, gp3, io1, io2, sc1, st1 or standard.
     */
    readonly volume_type?: string;
    /**
     * GiB.
     */
    readonly volume_size?: number;
    /**
     * Tags of the volume, instead of run_volume_tags. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
     */
    readonly tags?: {
      readonly [k: string]: string;
    };
    /**
     * The same as `tags`, as a list of objects with key and value.
     */
    readonly tag?: readonly {
      /**
       * Name of the tag.
       */
      readonly key?: string;
      /**
       * Its value.
       */
      readonly value?: string;
    }[];
    /**
     * Makes a snapshot of the volume once the instance has stopped.
     */
    readonly snapshot_volume: boolean;
    /**
     * Description of the snapshot; needs snapshot_volume. Without it: which volume of which build it is of.
     */
    readonly snapshot_description?: string;
    /**
     * Tags of the snapshot. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
     */
    readonly snapshot_tags?: {
      readonly [k: string]: string;
    };
    /**
     * The same as `snapshot_tags`, as a list of objects with key and value.
     */
    readonly snapshot_tag?: readonly {
      /**
       * Name of the tag.
       */
      readonly key?: string;
      /**
       * Its value.
       */
      readonly value?: string;
    }[];
    /**
     * Ids of accounts that may use the snapshot.
     */
    readonly snapshot_users?: readonly string[];
    /**
     * Groups that may use the snapshot; AWS knows only all.
     */
    readonly snapshot_groups?: readonly string[];
  }[];
  /**
   * Marks the instance as having, or not having, the driver for enhanced networking (ENA), once it has stopped. Not with spot instances.
   */
  readonly ena_support?: boolean;
  /**
   * Marks the instance as having the driver for enhanced networking (Intel 82599 VF), once it has stopped. Not with spot instances.
   */
  readonly sriov_support: boolean;
}
