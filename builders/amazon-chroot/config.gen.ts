// Made from schema.json by `npm run generate`; do not edit.

export interface AmazonChrootBuilderConfig {
  /**
   * Id of the AMI to start from.
   */
  source_ami?: string;
  /**
   * Finds the AMI to start from. It is an error when more than one fits, unless most_recent is set.
   */
  source_ami_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    filters?: {
      [k: string]: string;
    };
    /**
     * More filters, as blocks of key and value. They win over those of filters.
     */
    filter?: {
      /**
       * EC2's name of the filter.
       */
      key?: string;
      /**
       * What it has to be; * stands for any text.
       */
      value?: string;
    }[];
    /**
     * Ids of accounts, self, amazon or aws-marketplace. Required: anybody may publish an AMI of any name.
     */
    owners?: string[];
    /**
     * Takes the newest one that fits.
     */
    most_recent: boolean;
    /**
     * Deprecated AMIs count too.
     */
    include_deprecated: boolean;
  };
  /**
   * Starts from an empty volume, which pre_mount_commands partition and format, instead of an AMI. Needs `ami_virtualization_type`, `pre_mount_commands`, `root_device_name`, `root_volume_size` and `ami_block_device_mappings`.
   */
  from_scratch: boolean;
  /**
   * Size of the volume and of the AMI's root device in GiB. Without it, or when it is less: as the source's root device.
   */
  root_volume_size?: number;
  /**
   * Type of the volume while it is built. Without it: that of the source's root device, or gp2 with from_scratch.
   */
  root_volume_type?: 'gp2' | 'gp3' | 'sc1' | 'st1' | 'standard';
  /**
   * Encrypts the volume while it is built, and so the AMI that is made of it, unless `encrypt_boot` says otherwise of the AMI. False, or without it: as the source, or as `encrypt_boot` says.
   */
  root_volume_encrypt_boot?: boolean;
  /**
   * Key to encrypt the volume with: id, alias or ARN. Without it: the account's default key. Encrypts the volume, unless `root_volume_encrypt_boot` is false, which is refused.
   */
  root_volume_kms_key_id?: string;
  /**
   * Tags of the volume while it is there. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  root_volume_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `root_volume_tags`, as a list of objects with key and value.
   */
  root_volume_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Name of the AMI's root device. Needed with `ami_block_device_mappings`, which has to have it; otherwise it is the source's.
   */
  root_device_name?: string;
  /**
   * Architecture of an AMI from scratch; otherwise it is the source's.
   */
  ami_architecture: 'x86_64' | 'arm64';
  /**
   * How machines from the AMI boot. Without it: as the source.
   */
  boot_mode?: 'legacy-bios' | 'uefi' | 'uefi-preferred';
  /**
   * Base64 text of the UEFI variables of machines from the AMI. Needs a boot_mode with UEFI.
   */
  uefi_data?: string;
  /**
   * v2.0: machines from the AMI have a NitroTPM. Needs a boot_mode with UEFI. Without it: as the source.
   */
  tpm_support?: 'v2.0';
  /**
   * How commands that need root are run by /bin/sh on the machine that Kiln is on; {{.Command}} stands for the command.
   */
  command_wrapper: string;
  /**
   * Name under which the volume is attached. Without it: the first free one of /dev/xvdf to /dev/xvdp.
   */
  device_path?: string;
  /**
   * Device node of the volume, for machines that show volumes as NVMe devices. Kiln finds it by the volume's id; this is for where it cannot. The number of the partition is put after it.
   */
  nvme_device_path?: string;
  /**
   * Commands to run on the machine that Kiln is on, by command_wrapper, once the volume is attached: for partitions and file systems. May use .Device, the volume's device node, and .Partition, what is going to be mounted.
   */
  pre_mount_commands?: string[];
  /**
   * Number of the partition to mount. 0: the device itself, which is also what is mounted of paravirtual images.
   */
  mount_partition: string;
  /**
   * Options of mount, each given with its own -o.
   */
  mount_options?: string[];
  /**
   * Where the volume is mounted; .Device is the last part of its device's name. Made when it is missing, and then removed again.
   */
  mount_path: string;
  /**
   * Commands to run on the machine that Kiln is on, by command_wrapper, once the volume is mounted and before `chroot_mounts`. May use .Device, .Partition and .MountPath.
   */
  post_mount_commands?: string[];
  /**
   * What is mounted in the volume, in this order: lists of a file system's type (or bind), what to mount, and the directory in the volume, which is made when it is missing. Without it: proc, sysfs, /dev, devpts and binfmt_misc (this last one where the machine has it).
   */
  chroot_mounts?: string[][];
  /**
   * Files of the machine that Kiln is on to copy to the same paths in the volume while it is provisioned; what was there before is put back afterwards. Without it: /etc/resolv.conf, or none with from_scratch; an empty list is none.
   */
  copy_files?: string[];
  /**
   * Volumes of the AMI, beside or instead of those of the instance.
   */
  ami_block_device_mappings?: {
    /**
     * Name of the device, /dev/sda1 or xvdb for example.
     */
    device_name?: string;
    /**
     * Whether the volume goes with its instance.
     */
    delete_on_termination: boolean;
    /**
     * Encrypts the volume. Without it: as the snapshot, or the account's default.
     */
    encrypted?: boolean;
    /**
     * I/O operations a second, for io1, io2 and gp3; without effect for other types.
     */
    iops?: number;
    /**
     * Key to encrypt with: id, alias or ARN. Encrypts the volume, unless encrypted is false, which is refused.
     */
    kms_key_id?: string;
    /**
     * Leaves out the device that the image has under this name.
     */
    no_device: boolean;
    /**
     * Snapshot to start from.
     */
    snapshot_id?: string;
    /**
     * MiB/s, for gp3.
     */
    throughput?: number;
    /**
     * ephemeral0 and so on, for instance store volumes.
     */
    virtual_name?: string;
    /**
     * gp2, gp3, io1, io2, sc1, st1 or standard.
     */
    volume_type?: string;
    /**
     * GiB.
     */
    volume_size?: number;
  }[];
  /**
   * Name of the AMI: 3 to 128 letters, digits and ()[]./-'@_ or spaces. May use functions such as timestamp; `clean_resource_name` replaces what is not allowed.
   */
  ami_name: string;
  /**
   * Description of the AMI. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  ami_description?: string;
  /**
   * Virtualization that the source has to have; paravirtual is gone from all current instance types.
   */
  ami_virtualization_type?: 'hvm' | 'paravirtual';
  /**
   * Ids of accounts that may launch the AMI.
   */
  ami_users?: string[];
  /**
   * Groups that may launch the AMI; AWS knows only all, which makes it public.
   */
  ami_groups?: string[];
  /**
   * ARNs of organizations that may launch the AMI.
   */
  ami_org_arns?: string[];
  /**
   * ARNs of organizational units that may launch the AMI.
   */
  ami_ou_arns?: string[];
  /**
   * Product codes of the AMI.
   */
  ami_product_codes?: string[];
  /**
   * Further regions to copy the AMI to. The copies are made at once.
   */
  ami_regions?: string[];
  /**
   * Keeps the copies in `ami_regions` only.
   */
  skip_save_build_region: boolean;
  /**
   * Has AWS copy the snapshots within so many minutes, a multiple of 15, at its price for that.
   */
  snapshot_copy_duration_minutes?: number;
  /**
   * Tags of the AMI and of its snapshots, in all regions, from the moment they are made. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  tags?: {
    [k: string]: string;
  };
  /**
   * The same as `tags`, as a list of objects with key and value.
   */
  tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Tags of the snapshots only; win over `tags`. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  snapshot_tags?: {
    [k: string]: string;
  };
  /**
   * The same as `snapshot_tags`, as a list of objects with key and value.
   */
  snapshot_tag?: {
    /**
     * Name of the tag.
     */
    key?: string;
    /**
     * Its value.
     */
    value?: string;
  }[];
  /**
   * Ids of accounts that may use the snapshots.
   */
  snapshot_users?: string[];
  /**
   * Groups that may use the snapshots; AWS knows only all.
   */
  snapshot_groups?: string[];
  /**
   * Marks the AMI as having, or not having, the driver for enhanced networking (ENA). Not with spot instances.
   */
  ena_support?: boolean;
  /**
   * Marks the AMI as having the driver for enhanced networking (Intel 82599 VF). Not with spot instances.
   */
  sriov_support: boolean;
  /**
   * Deregisters an AMI of this name first, if there is one, in all regions of the build. `-force` does so too.
   */
  force_deregister: boolean;
  /**
   * With force_deregister, deletes that AMI's snapshots too.
   */
  force_delete_snapshot: boolean;
  /**
   * true: the AMI is encrypted, by a copy in the build's region; the one that it is copied from is removed. false: copies in other regions are not to be encrypted. Without it: as the source.
   */
  encrypt_boot?: boolean;
  /**
   * Key to encrypt with in the build's region: id, alias or ARN. Needs `encrypt_boot`; without it: the account's default key, with which an AMI cannot be shared.
   */
  kms_key_id?: string;
  /**
   * Keys to encrypt with in the regions of `ami_regions`, by region; empty for the account's default key. Needs `encrypt_boot` and all of the regions.
   */
  region_kms_key_ids?: {
    [k: string]: string;
  };
  /**
   * v2.0: machines from the AMI have IMDSv2 only unless told otherwise.
   */
  imds_support?: 'v2.0';
  /**
   * When the AMI is hidden from those who have no use for it yet: a time in RFC 3339, within the next ten years.
   */
  deprecate_at?: string;
  /**
   * Guards the AMI against being deregistered.
   */
  deregistration_protection?: {
    /**
     * Switches it on.
     */
    enabled: boolean;
    /**
     * It stays for a day after it is switched off. Implies enabled.
     */
    with_cooldown: boolean;
  };
  /**
   * Makes no AMI: to try out a template.
   */
  skip_create_ami: boolean;
  /**
   * Does not put `run_tags` on the AMI.
   */
  skip_ami_run_tags: boolean;
  /**
   * Access key id. Without it: what AWS's tools would use (environment, profile, web identity, SSO, container, the machine's role).
   */
  access_key?: string;
  /**
   * Secret access key of `access_key`.
   */
  secret_key?: string;
  /**
   * Session token of `access_key`, for temporary credentials.
   */
  token?: string;
  /**
   * Profile in AWS's configuration files; its region counts too.
   */
  profile?: string;
  /**
   * Credentials file to read instead of ~/.aws/credentials.
   */
  shared_credentials_file?: string;
  /**
   * Region to build in. Without it: AWS_REGION, AWS_DEFAULT_REGION, the profile's, or that of the machine Kiln runs on.
   */
  region?: string;
  /**
   * Role to take on for all calls. The credentials are renewed while the build runs.
   */
  assume_role?: {
    /**
     * ARN of the role.
     */
    role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    duration_seconds?: number;
    /**
     * External id that the role asks for.
     */
    external_id?: string;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    policy_arns?: string[];
    /**
     * Tags of the session.
     */
    tags?: {
      [k: string]: string;
    };
    /**
     * Names of session tags that go on to further roles.
     */
    transitive_tag_keys?: string[];
  };
  /**
   * Role to take on with a token of another identity provider (a CI system, Kubernetes), instead of other credentials. Without it: AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are read too.
   */
  assume_role_with_web_identity?: {
    /**
     * ARN of the role.
     */
    role_arn?: string;
    /**
     * Name of the session in AWS's logs. Without it: kiln.
     */
    session_name?: string;
    /**
     * How long the credentials are valid, in seconds, 900 to 43200; renewed before they end.
     */
    duration_seconds?: number;
    /**
     * Policy (JSON) that narrows what the session may do.
     */
    policy?: string;
    /**
     * ARNs of managed policies that narrow what the session may do.
     */
    policy_arns?: string[];
    /**
     * Token of the identity provider.
     */
    web_identity_token?: string;
    /**
     * File with the token; read anew each time, as such tokens are replaced while a build runs.
     */
    web_identity_token_file?: string;
  };
  /**
   * Has HashiCorp Vault's engine for AWS make the credentials, anew before they end. VAULT_ADDR, VAULT_TOKEN and Vault's other variables say where and how.
   */
  vault_aws_engine?: {
    /**
     * Role of the engine, in Vault, that makes the credentials.
     */
    name?: string;
    /**
     * ARN of the AWS role, when Vault's role allows several.
     */
    role_arn?: string;
    /**
     * How long the credentials shall be valid, as Vault writes it.
     */
    ttl?: string;
    /**
     * Path where the engine is mounted.
     */
    engine_name: string;
  };
  /**
   * Code of an MFA device, for a profile whose role asks for one (mfa_serial). It is good for one time; without it, and when credentials have to be renewed, the person at the terminal is asked.
   */
  mfa_code?: string;
  /**
   * URL of EC2, for services that look like it. AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_EC2 work too.
   */
  custom_endpoint_ec2?: string;
  /**
   * Does not check the certificates of AWS's servers.
   */
  insecure_skip_tls_verify: boolean;
  /**
   * Lets STS decode the reason when AWS refuses a call for lack of permission, and shows it.
   */
  decode_authorization_messages: boolean;
  /**
   * How often a call is repeated when AWS is busy or cannot be reached; 0: never. The pauses grow, and all builds of a region slow down together.
   */
  max_retries: number;
  /**
   * Does not ask the machine Kiln runs on for its role and region.
   */
  skip_metadata_api_check: boolean;
  /**
   * Accepted and not needed: credentials are not checked ahead of the first call.
   */
  skip_credential_validation: boolean;
  /**
   * Accepted and not needed: names of regions are not checked ahead of the first call.
   */
  skip_region_validation: boolean;
  /**
   * How AWS is asked whether something is done. Without it the pauses grow from 1 to 15 seconds, and waiting for an AMI ends after 12 hours. AWS_POLL_DELAY_SECONDS, AWS_MAX_ATTEMPTS and AWS_TIMEOUT_SECONDS are read too.
   */
  aws_polling?: {
    /**
     * Longest pause between two questions, in seconds.
     */
    delay_seconds?: number;
    /**
     * Waiting ends after so many times delay_seconds.
     */
    max_attempts?: number;
  };
}
