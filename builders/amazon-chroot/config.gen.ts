// Made from a schema by `npm run generate`; do not edit.
import type { SourceOptions } from '../_amazon/mixins/source.gen.ts';
import type { AmiDevicesOptions } from '../_amazon/mixins/ami-devices.gen.ts';
import type { AmiOptions } from '../_amazon/mixins/ami.gen.ts';
import type { AccessOptions } from '../_amazon/mixins/access.gen.ts';

/** Provisions a volume of the EC2 instance that Kiln runs on, without starting another one, and makes an EBS-backed AMI of it. */
export interface AmazonChrootBuilderConfig extends SourceOptions, AmiDevicesOptions, AmiOptions, AccessOptions {
  /**
   * Starts from an empty volume, which pre_mount_commands partition and format, instead of an AMI. Needs `ami_virtualization_type`, `pre_mount_commands`, `root_device_name`, `root_volume_size` and `ami_block_device_mappings`.
   */
  readonly from_scratch: boolean;
  /**
   * Size of the volume and of the AMI's root device in GiB. Without it, or when it is less: as the source's root device.
   */
  readonly root_volume_size?: number;
  /**
   * Type of the volume while it is built. Without it: that of the source's root device, or gp2 with from_scratch.
   */
  readonly root_volume_type?: 'gp2' | 'gp3' | 'sc1' | 'st1' | 'standard';
  /**
   * Encrypts the volume while it is built, and so the AMI that is made of it, unless `encrypt_boot` says otherwise of the AMI. False, or without it: as the source, or as `encrypt_boot` says.
   */
  readonly root_volume_encrypt_boot?: boolean;
  /**
   * Key to encrypt the volume with: id, alias or ARN. Without it: the account's default key. Encrypts the volume, unless `root_volume_encrypt_boot` is false, which is refused.
   */
  readonly root_volume_kms_key_id?: string;
  /**
   * Tags of the volume while it is there. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly root_volume_tags?: {
    readonly [k: string]: string;
  };
  /**
   * The same as `root_volume_tags`, as a list of objects with key and value.
   */
  readonly root_volume_tag?: readonly {
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
   * Name of the AMI's root device. Needed with `ami_block_device_mappings`, which has to have it; otherwise it is the source's.
   */
  readonly root_device_name?: string;
  /**
   * Architecture of an AMI from scratch; otherwise it is the source's.
   */
  readonly ami_architecture: 'x86_64' | 'arm64';
  /**
   * How machines from the AMI boot. Without it: as the source.
   */
  readonly boot_mode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  /**
   * Base64 text of the UEFI variables of machines from the AMI. Needs a boot_mode with UEFI.
   */
  readonly uefi_data?: string;
  /**
   * v2.0: machines from the AMI have a NitroTPM. Needs a boot_mode with UEFI. Without it: as the source.
   */
  readonly tpm_support?: 'v2.0';
  /**
   * How commands that need root are run by /bin/sh on the machine that Kiln is on; {{.Command}} stands for the command.
   */
  readonly command_wrapper: string;
  /**
   * Name under which the volume is attached. Without it: the first free one of /dev/xvdf to /dev/xvdp.
   */
  readonly device_path?: string;
  /**
   * Device node of the volume, for machines that show volumes as NVMe devices. Kiln finds it by the volume's id; this is for where it cannot. The number of the partition is put after it.
   */
  readonly nvme_device_path?: string;
  /**
   * Commands to run on the machine that Kiln is on, by command_wrapper, once the volume is attached: for partitions and file systems. May use .Device, the volume's device node, and .Partition, what is going to be mounted.
   */
  readonly pre_mount_commands?: readonly string[];
  /**
   * Number of the partition to mount. 0: the device itself, which is also what is mounted of paravirtual images.
   */
  readonly mount_partition: string;
  /**
   * Options of mount, each given with its own -o.
   */
  readonly mount_options?: readonly string[];
  /**
   * Where the volume is mounted; .Device is the last part of its device's name. Made when it is missing, and then removed again.
   */
  readonly mount_path: string;
  /**
   * Commands to run on the machine that Kiln is on, by command_wrapper, once the volume is mounted and before `chroot_mounts`. May use .Device, .Partition and .MountPath.
   */
  readonly post_mount_commands?: readonly string[];
  /**
   * What is mounted in the volume, in this order: lists of a file system's type (or bind), what to mount, and the directory in the volume, which is made when it is missing. Without it: proc, sysfs, /dev, devpts and binfmt_misc (this last one where the machine has it).
   */
  readonly chroot_mounts?: readonly (readonly string[])[];
  /**
   * Files of the machine that Kiln is on to copy to the same paths in the volume while it is provisioned; what was there before is put back afterwards. Without it: /etc/resolv.conf, or none with from_scratch; an empty list is none.
   */
  readonly copy_files?: readonly string[];
}
