// Made from a schema by `npm run generate`; do not edit.
import type { SourceOptions } from './source.gen.ts';
import type { NetworkOptions } from './network.gen.ts';
import type { SecurityGroupOptions } from './security-group.gen.ts';
import type { ProfileOptions } from './profile.gen.ts';
import type { SpotOptions } from './spot.gen.ts';
import type { RunTagOptions } from './run-tag.gen.ts';

/** The instance that is built on. */
export interface RunOptions
  extends SourceOptions, NetworkOptions, SecurityGroupOptions, ProfileOptions, SpotOptions, RunTagOptions {
  /**
   * Type of the instance. Required, unless spot_instance_types is given.
   */
  readonly instance_type?: string;
  /**
   * Address of the instance to connect to, for SSH and for WinRM. Without it: the public one if there is one, and else the private one. With session_manager the connection goes through AWS Systems Manager and the instance needs no way in; it needs an instance profile that lets its agent in. With instance_connect_endpoint, which is Kiln's own, SSH goes through an EC2 Instance Connect endpoint of the VPC.
   */
  readonly ssh_interface?:
    | 'public_ip'
    | 'private_ip'
    | 'public_dns'
    | 'private_dns'
    | 'ipv6'
    | 'session_manager'
    | 'instance_connect_endpoint';
  /**
   * Id of the EC2 Instance Connect endpoint, with `ssh_interface` instance_connect_endpoint. Without it: one of the instance's VPC, in the instance's subnet if there is one. Packer has no such option.
   */
  readonly instance_connect_endpoint_id?: string;
  /**
   * Port on this machine's loopback address that leads to the instance, with `ssh_interface` session_manager; 0 is any free one.
   */
  readonly session_manager_port: number;
  /**
   * Pause before the first session of Session Manager is started. It is not needed: Kiln waits until the agent of the instance is there. (milliseconds)
   */
  readonly pause_before_ssm: number;
  /**
   * User data of the instance: text, or base64 as it is.
   */
  readonly user_data?: string;
  /**
   * File that has the user data.
   */
  readonly user_data_file?: string;
  /**
   * Asks for a dedicated connection to EBS, for old instance types.
   */
  readonly ebs_optimized: boolean;
  /**
   * Lets the instance run Nitro Enclaves. Not with spot instances or burstable types.
   */
  readonly enable_nitro_enclave: boolean;
  /**
   * Lets a burstable instance (t2, t3, t4g) go on at full speed, at AWS's price for that.
   */
  readonly enable_unlimited_credits: boolean;
  /**
   * Older name of enable_unlimited_credits.
   */
  readonly enable_t2_unlimited: boolean;
  /**
   * What happens when the guest shuts itself down.
   */
  readonly shutdown_behavior: 'stop' | 'terminate';
  /**
   * Does not stop the instance and waits until the guest has shut itself down, after sysprep for example.
   */
  readonly disable_stop_instance: boolean;
  /**
   * Whether the instance may use any open capacity reservation. Without it: none.
   */
  readonly capacity_reservation_preference?: 'none' | 'open';
  /**
   * Capacity reservation to use.
   */
  readonly capacity_reservation_id?: string;
  /**
   * Group of capacity reservations to use.
   */
  readonly capacity_reservation_group_arn?: string;
  /**
   * Where the instance runs.
   */
  readonly placement?: {
    /**
     * ARN of a host resource group.
     */
    readonly host_resource_group_arn?: string;
    /**
     * Id of a dedicated host.
     */
    readonly host_id?: string;
    /**
     * default, dedicated or host.
     */
    readonly tenancy?: 'default' | 'dedicated' | 'host';
  };
  /**
   * Older place of placement.tenancy.
   */
  readonly tenancy?: 'default' | 'dedicated' | 'host';
  /**
   * License configurations to use.
   */
  readonly license_specifications?: readonly {
    /**
     * A license configuration.
     */
    readonly license_configuration_request?: {
      /**
       * Its ARN.
       */
      readonly license_configuration_arn?: string;
    };
  }[];
  /**
   * The instance's metadata service while it is built.
   */
  readonly metadata_options?: {
    /**
     * enabled or disabled.
     */
    readonly http_endpoint: 'enabled' | 'disabled';
    /**
     * required: IMDSv2 only.
     */
    readonly http_tokens: 'optional' | 'required';
    /**
     * How many hops away it answers, 1 to 64.
     */
    readonly http_put_response_hop_limit: number;
    /**
     * Whether the guest can read its tags there.
     */
    readonly instance_metadata_tags: 'enabled' | 'disabled';
  };
  /**
   * How long to wait for the administrator's password with the communicator winrm, when winrm_password is not given. It comes encrypted with the key pair, which is of the type rsa then. (milliseconds)
   */
  readonly windows_password_timeout: number;
  /**
   * Gives the instance no instance store volumes (xvdca to xvdcz), for Windows.
   */
  readonly no_ephemeral: boolean;
}
