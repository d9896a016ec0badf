// Made from a schema by `npm run generate`; do not edit.

/** Makes a Vagrant box of the artifact's disks. */
export interface VagrantPostProcessorConfig {
  /**
   * Path of the box. Missing directories are made; a file that is there is replaced. Knows `.BuildName`, `.Provider`, `.Architecture` and `.ArtifactId`.
   */
  readonly output: string;
  /**
   * How hard to compress: 1 (fast) to 9 (small), 0 not at all; -1 is gzip's own default. Disks that are compressed already gain little.
   */
  readonly compression_level: number;
  /**
   * Paths of further files that the box has in its top directory, such as an `info.json`.
   */
  readonly include?: readonly string[];
  /**
   * Path of a file that is put behind Kiln's own lines in the box's Vagrantfile. It is taken as it is.
   */
  readonly vagrantfile_template?: string;
  /**
   * The file of `vagrantfile_template` is made by the build, and need not be there before.
   */
  readonly vagrantfile_template_generated: boolean;
  /**
   * The architecture in the box's name and metadata, in Vagrant's words (`amd64`, `arm64`). Default: what the builder says of the disk, else this machine's.
   */
  readonly architecture?: string;
  /**
   * For which provider the box is. Default: libvirt.
   */
  readonly provider_override?: 'libvirt' | 'qemu' | 'virtualbox';
  /**
   * Options that count for one provider instead of those above: `output`, `compression_level`, `include`, `vagrantfile_template`, `vagrantfile_template_generated`, `architecture`.
   */
  readonly override?: {
    readonly libvirt?: LibvirtBox;
    readonly qemu?: QemuBox;
    readonly virtualbox?: VirtualboxBox;
  };
  /**
   * Path of a box catalogue (`metadata.json`) to put the box in, for `vagrant box add` by name and version. What else is in it stays.
   */
  readonly catalogue?: string;
  /**
   * The box's name in the catalogue; `catalogue` needs it.
   */
  readonly box_name?: string;
  /**
   * The box's version in the catalogue; `catalogue` needs it.
   */
  readonly box_version?: string;
  /**
   * What the catalogue says of the box.
   */
  readonly box_description?: string;
  /**
   * Where the catalogue says the box is. Default: the place where it was written, as a `file:` URL. Knows what `output` knows, and `.Name`, the file's name.
   */
  readonly box_url?: string;
}
/**
 * For boxes of libvirt.
 */
export interface LibvirtBox {
  /**
   * As above.
   */
  readonly output?: string;
  /**
   * As above.
   */
  readonly compression_level?: number;
  /**
   * As above.
   */
  readonly include?: readonly string[];
  /**
   * As above.
   */
  readonly vagrantfile_template?: string;
  /**
   * As above.
   */
  readonly vagrantfile_template_generated?: boolean;
  /**
   * As above.
   */
  readonly architecture?: string;
}
/**
 * For boxes of qemu.
 */
export interface QemuBox {
  /**
   * As above.
   */
  readonly output?: string;
  /**
   * As above.
   */
  readonly compression_level?: number;
  /**
   * As above.
   */
  readonly include?: readonly string[];
  /**
   * As above.
   */
  readonly vagrantfile_template?: string;
  /**
   * As above.
   */
  readonly vagrantfile_template_generated?: boolean;
  /**
   * As above.
   */
  readonly architecture?: string;
}
/**
 * For boxes of virtualbox.
 */
export interface VirtualboxBox {
  /**
   * As above.
   */
  readonly output?: string;
  /**
   * As above.
   */
  readonly compression_level?: number;
  /**
   * As above.
   */
  readonly include?: readonly string[];
  /**
   * As above.
   */
  readonly vagrantfile_template?: string;
  /**
   * As above.
   */
  readonly vagrantfile_template_generated?: boolean;
  /**
   * As above.
   */
  readonly architecture?: string;
}
