// Made from a schema by `npm run generate`; do not edit.
import type { AmiDevicesOptions } from '../_amazon/mixins/ami-devices.gen.ts';
import type { AmiOptions } from '../_amazon/mixins/ami.gen.ts';
import type { RunOptions } from '../_amazon/mixins/run.gen.ts';
import type { AccessOptions } from '../_amazon/mixins/access.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Makes an AMI of a second volume of an instance in EC2, which is filled while the instance runs from another one. */
export interface AmazonEbssurrogateBuilderConfig
  extends AmiDevicesOptions, AmiOptions, RunOptions, AccessOptions, CommunicatorOptions {
  /**
   * Which volume becomes the root device of the AMI.
   */
  readonly ami_root_device: {
    /**
     * Name of the device in launch_block_device_mappings that becomes the root device.
     */
    readonly source_device_name?: string;
    /**
     * Name of the AMI's root device. With use_create_image: that of the source's root device.
     */
    readonly device_name?: string;
    /**
     * Whether the root volume goes with its instance. Without it: as in launch_block_device_mappings.
     */
    readonly delete_on_termination?: boolean;
    /**
     * gp2, gp3, io1, io2, sc1, st1 or standard. Without it: as in launch_block_device_mappings.
     */
    readonly volume_type?: string;
    /**
     * GiB, not less than in launch_block_device_mappings. Without it: as there.
     */
    readonly volume_size?: number;
    /**
     * I/O operations a second, for io1, io2 and gp3; without effect for other types.
     */
    readonly iops?: number;
    /**
     * MiB/s, for gp3.
     */
    readonly throughput?: number;
  };
  /**
   * Volumes of the instance, which become the AMI's; one of them is its root device, see ami_root_device. Those without delete_on_termination stay when the build is over.
   */
  readonly launch_block_device_mappings: readonly {
    /**
     * Name of the device, /dev/sda1 or xvdb for example.
     */
    readonly device_name?: string;
    /**
     * Whether the volume goes with its instance.
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
     * Leaves out the device that the image has under this name.
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
     * Leaves the volume out of the AMI.
     */
    readonly omit_from_artifact: boolean;
  }[];
  /**
   * Swaps the volumes of the instance and makes the AMI of the instance, which inherits the instance's product codes, boot mode and so on. Without it the AMI is registered from snapshots of the volumes and inherits nothing.
   */
  readonly use_create_image: boolean;
  /**
   * Architecture of the AMI. Not with use_create_image, which takes that of the instance.
   */
  readonly ami_architecture: 'x86_64' | 'arm64' | 'i386' | 'x86_64_mac' | 'arm64_mac';
  /**
   * How machines from the AMI boot. Without it: uefi on arm64, and else legacy-bios. Not with use_create_image.
   */
  readonly boot_mode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  /**
   * UEFI variables of the AMI (keys of Secure Boot, for example): base64, as get-instance-uefi-data of AWS prints them. Needs boot_mode uefi or uefi-preferred. Not with use_create_image.
   */
  readonly uefi_data?: string;
  /**
   * v2.0: machines from the AMI have a NitroTPM. Needs boot_mode uefi. Not with use_create_image.
   */
  readonly tpm_support?: 'v2.0';
  /**
   * Description of the snapshots. Without it: which volume of which build they are of. Not with use_create_image, where AWS describes them.
   */
  readonly snapshot_description?: string;
}
