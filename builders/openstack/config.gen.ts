// Made from a schema by `npm run generate`; do not edit.
import type { ImageOptions } from '../_openstack/mixins/image.gen.ts';
import type { AccessOptions } from '../_openstack/mixins/access.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Starts a server in OpenStack, provisions it and makes an image of it. */
export interface OpenstackBuilderConfig extends ImageOptions, AccessOptions, CommunicatorOptions {
  /**
   * Id of the image to start from. One of the four options for the source is required.
   */
  readonly source_image?: string;
  /**
   * Name of the image to start from; one image has to have it.
   */
  readonly source_image_name?: string;
  /**
   * Finds the image to start from, among those that are active. It is an error when more than one fits, unless most_recent is set.
   */
  readonly source_image_filter?: {
    /**
     * What the image has to be; at least one of these.
     */
    readonly filters?: {
      /**
       * Its name.
       */
      readonly name?: string;
      /**
       * Id of the project that it belongs to.
       */
      readonly owner?: string;
      /**
       * Tags that it has, all of them.
       */
      readonly tags?: readonly string[];
      /**
       * public, private, shared, community or all.
       */
      readonly visibility?: 'public' | 'private' | 'shared' | 'community' | 'all';
      /**
       * Properties that it has, by their names.
       */
      readonly properties?: {
        readonly [k: string]: string;
      };
    };
    /**
     * Takes the newest one that fits.
     */
    readonly most_recent: boolean;
  };
  /**
   * URL of an image that Glance itself downloads to start from; it is deleted when the build is over. Glance has to have the import method web-download.
   */
  readonly external_source_image_url?: string;
  /**
   * Disk format of that image.
   */
  readonly external_source_image_format: string;
  /**
   * Properties of that image.
   */
  readonly external_source_image_properties?: {
    readonly [k: string]: string;
  };
  /**
   * Id or name of the flavor of the server.
   */
  readonly flavor: string;
  /**
   * Name of the server. Without it: `image_name`.
   */
  readonly instance_name?: string;
  /**
   * Metadata of the server, at most 255 bytes a key and a value. May use .BuildRegion .SourceImage .SourceImageName .SourceImageCreationDate .SourceImageOwner .SourceImageProperties.
   */
  readonly instance_metadata?: {
    readonly [k: string]: string;
  };
  /**
   * Zone to start the server in. Without it Nova chooses one.
   */
  readonly availability_zone?: string;
  /**
   * Gives the server a config drive, from which cloud-init reads its metadata.
   */
  readonly config_drive: boolean;
  /**
   * User data of the server.
   */
  readonly user_data?: string;
  /**
   * File that has the user data.
   */
  readonly user_data_file?: string;
  /**
   * Deletes the server at once also where deleted servers are kept for a while.
   */
  readonly force_delete: boolean;
  /**
   * How long to wait until the server, or its volume, is ready, and until it has stopped. Packer waits for ever. (milliseconds)
   */
  readonly instance_timeout: number;
  /**
   * Names or ids of security groups of the server. Without it: the project's default group. They are not for `ports`, which have their own.
   */
  readonly security_groups?: readonly string[];
  /**
   * Ids or names of networks to attach the server to. Packer knows ids only.
   */
  readonly networks?: readonly string[];
  /**
   * Ids of ports to attach the server to; they come before the `networks`.
   */
  readonly ports?: readonly string[];
  /**
   * Attaches the server to the first network that has a subnet within one of these. Not used with `networks` or `ports`.
   */
  readonly network_discovery_cidrs?: readonly string[];
  /**
   * Id or name of the external network to take a floating IP from for the server; it is given back when the build is over.
   */
  readonly floating_ip_network?: string;
  /**
   * Older name of floating_ip_network.
   */
  readonly floating_ip_pool?: string;
  /**
   * Not used, as with Packer: the options floating_ip_network, floating_ip and reuse_ips say it.
   */
  readonly use_floating_ip: boolean;
  /**
   * Id of the network of the server that the floating IP leads into, when it is attached to several. Without it: the first one.
   */
  readonly instance_floating_ip_net?: string;
  /**
   * Id or address of a floating IP of the project to use; it stays. Packer knows ids only.
   */
  readonly floating_ip?: string;
  /**
   * Uses a floating IP of the project that is free, if there is one; it stays. Without one, takes a new one from `floating_ip_network`. Not for several builds at once.
   */
  readonly reuse_ips: boolean;
  /**
   * Name of the network whose address is connected to, for SSH and for WinRM. Without it: the floating IP, the server's access address, or the first address there is.
   */
  readonly ssh_interface?: string;
  /**
   * IP version of the address that is connected to. Without it: any.
   */
  readonly ssh_ip_version?: '4' | '6';
  /**
   * Builds on a volume of Cinder, made from the source image, in place of the server's own disk. The image is made from the volume.
   */
  readonly use_blockstorage_volume: boolean;
  /**
   * Name of the volume. Without it: packer_ and a random text.
   */
  readonly volume_name?: string;
  /**
   * Type of the volume, an encrypted one for example. Without it: the default of Cinder.
   */
  readonly volume_type?: string;
  /**
   * Size of the volume in GB. Without it: the least that the source image needs.
   */
  readonly volume_size?: number;
  /**
   * Zone of the volume. Without it: `availability_zone`.
   */
  readonly volume_availability_zone?: string;
  /**
   * Disk format of the image, with `use_blockstorage_volume`. Without it: raw. An encrypted volume has to stay raw.
   */
  readonly image_disk_format?: string;
  /**
   * Makes no image, to try a template out.
   */
  readonly skip_create_image: boolean;
  /**
   * How long to wait for the administrator's password with the communicator winrm, when winrm_password is not given. It comes encrypted with the key pair, which is of the type rsa then. (milliseconds)
   */
  readonly windows_password_timeout: number;
  /**
   * Waits until the server's metadata say that RackConnect of Rackspace has given it its address.
   */
  readonly rackconnect_wait: boolean;
  /**
   * Accepted and not used, as with Packer.
   */
  readonly openstack_provider?: string;
}
