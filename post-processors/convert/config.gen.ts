// Made from a schema by `npm run generate`; do not edit.

/** Writes the artifact's disk images in another format. */
export interface ConvertPostProcessorConfig {
  /**
   * What the disks become. `ova` is one file with all disks and a description of the machine; the others are QEMU's names, `vpc` is VHD.
   */
  readonly format: 'ova' | 'parallels' | 'qcow' | 'qcow2' | 'qed' | 'raw' | 'vdi' | 'vhdx' | 'vmdk' | 'vpc';
  /**
   * Path of the image. Missing directories are made; a file that is there is replaced. Knows `.BuildName`, `.BuilderType`, `.Extension` (`qcow2`, `vhd`, …) and `.Number`: nothing for the first disk, `-1` for the second.
   */
  readonly output: string;
  /**
   * Compresses the clusters of a qcow2. Any QEMU since 5.1 reads `zstd`.
   */
  readonly compression?: 'zlib' | 'zstd';
  /**
   * Bytes of a cluster of a qcow2 or qed: 512 to 2M for qcow2.
   */
  readonly cluster_size?: string;
  /**
   * Kind of a vmdk (default `monolithicSparse`; `streamOptimized` is what clouds import), vhdx (default `dynamic`), vpc (default `fixed`) or vdi (`dynamic` or `fixed`). A fixed vpc is as Azure takes it: its size is a multiple of 1 MiB.
   */
  readonly subformat?:
    | 'dynamic'
    | 'fixed'
    | 'monolithicFlat'
    | 'monolithicSparse'
    | 'streamOptimized'
    | 'twoGbMaxExtentFlat'
    | 'twoGbMaxExtentSparse';
  /**
   * Further options of the format, as `qemu-img convert -o` takes them.
   */
  readonly format_options?: {
    readonly [k: string]: string;
  };
  /**
   * Makes what file systems do not use read as zeros, so that it takes no room in the image: free blocks of ext2, ext3, ext4 and FAT, and swap. Nothing is mounted or booted, and the input stays as it is.
   */
  readonly zero_free: boolean;
  /**
   * Name of the machine in an OVA. Default: the name of the file without its extension.
   */
  readonly ova_name?: string;
  /**
   * Processors of the machine in an OVA.
   */
  readonly ova_cpus: number;
  /**
   * Memory of the machine in an OVA, in MiB.
   */
  readonly ova_memory: number;
  /**
   * What the disks of the machine in an OVA are attached to: AHCI, or LSI Logic.
   */
  readonly ova_disk_controller: 'sata' | 'scsi';
  /**
   * Network adapter of the machine in an OVA.
   */
  readonly ova_network_adapter: 'E1000' | 'E1000e' | 'VmxNet3' | 'none';
}
