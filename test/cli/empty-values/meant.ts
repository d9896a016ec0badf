import type { JsonValue } from '../../../core/contract/json.ts';

/** Cases in which Kiln's answer is not that of Packer 1.6.6, and why. */
export interface Meant {
  /** Whether it is Kiln that refuses. */
  readonly refuses: boolean;
  readonly options: RegExp;
  readonly values: readonly JsonValue[];
  readonly why: string;
}

const zeros: readonly JsonValue[] = [0, '0', '0s'];

export const meant: readonly Meant[] = [
  {
    refuses: true,
    options:
      /^(ssh_certificate_file|ssh_bastion_(private_key|certificate)_file|inventory_file|http_directory|user_data_file|cert|key)$/,
    values: zeros,
    why: 'the file is not there, and the build would fail',
  },
  {
    refuses: true,
    options:
      /^(ssh_ciphers|ssh_key_exchange_algorithms|temporary_key_pair_type|cdrom_interface|log_level|execution_policy|format|root_volume_type|license_type|ami_virtualization_type)$/,
    values: zeros,
    why: 'there is a fixed choice, of which this is none',
  },
  {
    refuses: true,
    options: /^(instance_name|disk_name|tags)$/,
    values: zeros,
    why: 'it is no name that Google takes',
  },
  {
    refuses: true,
    options: /^(copy_files|mount_path|command_wrapper|remote_(state_tree|pillar_roots)|temp_config_dir)$/,
    values: zeros,
    why: 'it is no absolute path, or runs nothing',
  },
  {
    refuses: true,
    options:
      /^(ami_name|ami_kms_key|s3_encryption_key|ansible_env_vars|disk_additional_size|spot_price|network_discovery_cidrs|application_credential_(id|name|secret))$/,
    values: zeros,
    why: 'it has not the form that it must have, or lacks the option that it belongs to',
  },
  { refuses: true, options: /^duration$/, values: [null], why: 'to sleep without a duration is a mistake' },
  {
    refuses: false,
    options: /^(ami_virtualization_type|s3_bucket_name)$/,
    values: [null, ''],
    why: 'it need not be given: an image that is registered is hvm, and ebs-direct has no bucket',
  },
  { refuses: false, options: /^(execution_policy|debug_mode)$/, values: [''], why: 'an empty text is as none' },
  { refuses: false, options: /^spot_tags$/, values: [[], {}], why: 'no tags need no spot instance' },
  {
    refuses: false,
    options: /^(root_device_name|http_interface|command)$/,
    values: zeros,
    why: 'whether there is such a thing is found out when it is used',
  },
  {
    refuses: false,
    options: /^image_disk_format$/,
    values: zeros,
    why: 'it does nothing without use_blockstorage_volume, which is a warning',
  },
  {
    refuses: false,
    options: /^(identity_endpoint|username|password|domain_name)$/,
    values: [null, ''],
    why: 'the environment or clouds.yaml may say it; no cloud is asked by validate',
  },
  {
    refuses: false,
    options: /^(cloud|username|user_id|password|tenant_(id|name)|domain_(id|name))$/,
    values: zeros,
    why: 'whether the cloud lets this one in is found out when it is asked, which validate does not do',
  },
];
