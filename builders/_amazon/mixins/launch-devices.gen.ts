// Made from a schema by `npm run generate`; do not edit.

/** The volumes of the instance. */
export interface LaunchDevicesOptions {
  /**
   * Volumes of the instance. Those that are listed here without delete_on_termination stay when the build is over.
   */
  readonly launch_block_device_mappings?: readonly {
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
  }[];
}
