// Made from a schema by `npm run generate`; do not edit.
import type { AccessOptions } from '../../builders/_amazon/mixins/access.gen.ts';

/** Makes an AMI of a disk image on this machine. */
export interface AmazonImportPostProcessorConfig extends AccessOptions {
  /**
   * How the disk gets to AWS. `ebs-direct` writes it to a snapshot, block by block: it needs neither a bucket nor a role, sends only what is not zero, and the disk has to boot on EC2 as it is. `import-image` is Packer's way: the file goes to a bucket, and AWS converts it and puts its drivers in. Without it: import-image when `s3_bucket_name` is given, else ebs-direct.
   */
  readonly method?: 'ebs-direct' | 'import-image';
  /**
   * Format of the disk image; the artifact's first file of this extension is taken. ebs-direct takes raw, qcow2 and vmdk, and without this option what the builder or the file's extension says. import-image takes ova, raw, vhd, vhdx and vmdk, and without this option ova.
   */
  readonly format?: 'ova' | 'qcow2' | 'raw' | 'vhd' | 'vhdx' | 'vmdk';
  /**
   * Name of the AMI: 3 to 128 letters, digits and ()[]./-'@_ or spaces. Without it: packer-import-TIME with ebs-direct, and the one that AWS makes up with import-image. With import-image a name costs a copy of the AMI.
   */
  readonly ami_name?: string;
  /**
   * Description of the AMI.
   */
  readonly ami_description?: string;
  /**
   * Ids of accounts that may launch the AMI.
   */
  readonly ami_users?: readonly string[];
  /**
   * Groups that may launch the AMI; AWS knows only all, which makes it public.
   */
  readonly ami_groups?: readonly string[];
  /**
   * ARNs of organizations that may launch the AMI.
   */
  readonly ami_org_arns?: readonly string[];
  /**
   * ARNs of organizational units that may launch the AMI.
   */
  readonly ami_ou_arns?: readonly string[];
  /**
   * Encrypts the AMI.
   */
  readonly ami_encrypt: boolean;
  /**
   * Key to encrypt with; needs `ami_encrypt`. Its id, alias or ARN with import-image, its ARN with ebs-direct. Without it: the account's default key, with which an AMI cannot be shared.
   */
  readonly ami_kms_key?: string;
  /**
   * v2.0: machines from the AMI have IMDSv2 only unless told otherwise.
   */
  readonly imds_support?: 'v2.0';
  /**
   * Tags of the AMI and of its snapshots.
   */
  readonly tags?: {
    readonly [k: string]: string;
  };
  /**
   * Processor of the machines that the AMI is for.
   */
  readonly architecture: 'x86_64' | 'arm64' | 'i386';
  /**
   * Firmware that the disk boots with. Without it: uefi for arm64, and with ebs-direct for a disk that its builder booted by UEFI; else legacy-bios.
   */
  readonly boot_mode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  /**
   * Bucket for the file, in the region of the AMI. Needed by import-image, and no use to ebs-direct.
   */
  readonly s3_bucket_name?: string;
  /**
   * Name of the object in the bucket. Without it: packer-import-TIME.FORMAT. Only import-image.
   */
  readonly s3_key_name?: string;
  /**
   * Encryption of the object in the bucket. Only import-image.
   */
  readonly s3_encryption?: 'AES256' | 'aws:kms';
  /**
   * Key for `s3_encryption` aws:kms; without it the account's default key. Only import-image.
   */
  readonly s3_encryption_key?: string;
  /**
   * Leaves the object in the bucket when the AMI is made. When it is not made the object is removed in any case. Only import-image.
   */
  readonly skip_clean: boolean;
  /**
   * License of the guest's system: AWS's, or the one you bring. Only import-image.
   */
  readonly license_type?: 'AWS' | 'BYOL';
  /**
   * Service role with which AWS reads the bucket. Without it: vmimport. Only import-image.
   */
  readonly role_name?: string;
  /**
   * The guest's system, when AWS is not to find out. Only import-image.
   */
  readonly platform?: 'Linux' | 'Windows';
}
