// Made from a schema by `npm run generate`; do not edit.
import type { CopyOptions } from './copy.gen.ts';
import type { ShareOptions } from './share.gen.ts';

/** The AMI that is made. */
export interface AmiOptions extends CopyOptions, ShareOptions {
  /**
   * Name of the AMI: 3 to 128 letters, digits and ()[]./-'@_ or spaces. May use functions such as timestamp; `clean_resource_name` replaces what is not allowed.
   */
  readonly ami_name: string;
  /**
   * Description of the AMI. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly ami_description?: string;
  /**
   * Virtualization that the source has to have; paravirtual is gone from all current instance types.
   */
  readonly ami_virtualization_type?: 'hvm' | 'paravirtual';
  /**
   * Has AWS copy the snapshots within so many minutes, a multiple of 15, at its price for that.
   */
  readonly snapshot_copy_duration_minutes?: number;
  /**
   * Tags of the AMI and of its snapshots, in all regions, from the moment they are made. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
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
   * Tags of the snapshots only; win over `tags`. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
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
   * Marks the AMI as having, or not having, the driver for enhanced networking (ENA). Not with spot instances.
   */
  readonly ena_support?: boolean;
  /**
   * Marks the AMI as having the driver for enhanced networking (Intel 82599 VF). Not with spot instances.
   */
  readonly sriov_support: boolean;
  /**
   * Deregisters an AMI of this name first, if there is one, in all regions of the build. `-force` does so too.
   */
  readonly force_deregister: boolean;
  /**
   * With force_deregister, deletes that AMI's snapshots too.
   */
  readonly force_delete_snapshot: boolean;
  /**
   * Makes no AMI: to try out a template.
   */
  readonly skip_create_ami: boolean;
  /**
   * Does not put `run_tags` on the AMI.
   */
  readonly skip_ami_run_tags: boolean;
}
