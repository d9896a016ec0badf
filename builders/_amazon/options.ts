/** The options of the mixins `amazon-run` and `amazon-ami` after decoding. */

type Tags = Readonly<Record<string, string>>;

/** A tag as a template's `tag` blocks write it. */
export interface TagBlock {
  readonly key?: string;
  /** In place of `key`. */
  readonly name?: string;
  readonly value?: string;
}

/** EC2's filters by their names, and blocks that say the same. */
export interface FilterOptions {
  readonly filters?: Tags;
  readonly filter?: readonly TagBlock[];
}

export interface DeviceOptions {
  readonly device_name?: string;
  readonly delete_on_termination: boolean;
  readonly encrypted?: boolean;
  readonly iops?: number;
  readonly kms_key_id?: string;
  readonly no_device: boolean;
  readonly snapshot_id?: string;
  readonly throughput?: number;
  readonly virtual_name?: string;
  readonly volume_type?: string;
  /** GiB. */
  readonly volume_size?: number;
}

export interface SourceOptions {
  readonly source_ami?: string;
  readonly source_ami_filter?: FilterOptions & {
    readonly owners?: readonly string[];
    readonly most_recent: boolean;
    readonly include_deprecated: boolean;
  };
  readonly ami_virtualization_type?: string;
  readonly ena_support?: boolean;
  readonly sriov_support: boolean;
}

export interface NetworkOptions {
  readonly associate_public_ip_address?: boolean;
  readonly availability_zone?: string;
  readonly subnet_id?: string;
  readonly subnet_filter?: FilterOptions & { readonly most_free: boolean; readonly random: boolean };
  readonly vpc_id?: string;
  readonly vpc_filter?: FilterOptions;
}

export interface SecurityGroupOptions {
  readonly security_group_id?: string;
  readonly security_group_ids?: readonly string[];
  readonly security_group_filter?: FilterOptions;
  readonly temporary_security_group_source_cidrs?: readonly string[];
  readonly temporary_security_group_source_public_ip: boolean;
  readonly communicator: string;
  readonly ssh_port: number;
  readonly winrm_port?: number;
  readonly winrm_use_ssl?: boolean;
  readonly ssh_interface?: string;
}

export interface ProfileOptions {
  readonly iam_instance_profile?: string;
  readonly skip_profile_validation: boolean;
  readonly temporary_iam_instance_profile_policy_document?: {
    readonly Version: string;
    readonly Statement?: readonly {
      readonly Effect?: string;
      readonly Action?: readonly string[];
      readonly Resource?: readonly string[];
    }[];
  };
}

export interface SpotOptions {
  readonly spot_price?: string;
  readonly spot_instance_types?: readonly string[];
  readonly spot_allocation_strategy?:
    | 'lowest-price'
    | 'diversified'
    | 'capacity-optimized'
    | 'capacity-optimized-prioritized'
    | 'price-capacity-optimized';
  readonly spot_tags?: Tags;
  readonly spot_tag?: readonly TagBlock[];
  readonly fleet_tags?: Tags;
  readonly fleet_tag?: readonly TagBlock[];
}

export interface RunTagOptions {
  readonly run_tags?: Tags;
  readonly run_tag?: readonly TagBlock[];
  readonly run_volume_tags?: Tags;
  readonly run_volume_tag?: readonly TagBlock[];
}

export interface RunOptions
  extends SourceOptions, NetworkOptions, SecurityGroupOptions, ProfileOptions, SpotOptions, RunTagOptions {
  readonly instance_type?: string;
  readonly ssh_keypair_name?: string;
  readonly ssh_interface?:
    | 'public_ip'
    | 'private_ip'
    | 'public_dns'
    | 'private_dns'
    | 'ipv6'
    | 'session_manager'
    | 'instance_connect_endpoint';
  readonly instance_connect_endpoint_id?: string;
  readonly session_manager_port: number;
  /** Milliseconds. */
  readonly pause_before_ssm: number;
  readonly user_data?: string;
  readonly user_data_file?: string;
  readonly ebs_optimized: boolean;
  readonly enable_nitro_enclave: boolean;
  readonly enable_unlimited_credits: boolean;
  readonly enable_t2_unlimited: boolean;
  readonly shutdown_behavior: 'stop' | 'terminate';
  readonly disable_stop_instance: boolean;
  readonly capacity_reservation_preference?: 'none' | 'open';
  readonly capacity_reservation_id?: string;
  readonly capacity_reservation_group_arn?: string;
  readonly placement?: {
    readonly host_resource_group_arn?: string;
    readonly host_id?: string;
    readonly tenancy?: 'default' | 'dedicated' | 'host';
  };
  readonly tenancy?: 'default' | 'dedicated' | 'host';
  readonly license_specifications?: readonly {
    readonly license_configuration_request?: { readonly license_configuration_arn?: string };
  }[];
  readonly metadata_options?: {
    readonly http_endpoint: 'enabled' | 'disabled';
    readonly http_tokens: 'optional' | 'required';
    readonly http_put_response_hop_limit: number;
    readonly instance_metadata_tags: 'enabled' | 'disabled';
  };
  readonly launch_block_device_mappings?: readonly DeviceOptions[];
  /** Milliseconds. */
  readonly windows_password_timeout: number;
  readonly no_ephemeral: boolean;
}

export interface CopyOptions {
  readonly ami_regions?: readonly string[];
  readonly skip_save_build_region: boolean;
  readonly encrypt_boot?: boolean;
  readonly kms_key_id?: string;
  readonly region_kms_key_ids?: Tags;
}

export interface ShareOptions {
  readonly ami_users?: readonly string[];
  readonly ami_groups?: readonly string[];
  readonly ami_org_arns?: readonly string[];
  readonly ami_ou_arns?: readonly string[];
  readonly ami_product_codes?: readonly string[];
  readonly snapshot_users?: readonly string[];
  readonly snapshot_groups?: readonly string[];
  readonly imds_support?: string;
  readonly deprecate_at?: string;
  readonly deregistration_protection?: { readonly enabled: boolean; readonly with_cooldown: boolean };
}

export interface AmiOptions extends CopyOptions, ShareOptions {
  readonly ami_name: string;
  readonly ami_description?: string;
  readonly snapshot_copy_duration_minutes?: number;
  readonly tags?: Tags;
  readonly tag?: readonly TagBlock[];
  readonly snapshot_tags?: Tags;
  readonly snapshot_tag?: readonly TagBlock[];
  readonly force_deregister: boolean;
  readonly force_delete_snapshot: boolean;
  readonly skip_create_ami: boolean;
  readonly skip_ami_run_tags: boolean;
}
