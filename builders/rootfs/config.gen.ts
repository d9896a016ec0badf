// Made from a schema by `npm run generate`; do not edit.

/** Makes a bootable Debian disk image from packages, without starting a machine and without mounting the image. */
export interface RootfsBuilderConfig {
  /**
   * Debian release to install, by its code name.
   */
  readonly suite: 'bookworm' | 'trixie';
  /**
   * Address of the Debian archive to install from; the image keeps it as its only package source. Without it, the sources that apt of this machine has for the release are used and kept.
   */
  readonly mirror?: string;
  /**
   * Parts of the archive to use. Default: those of this machine's own sources, or `main` with `mirror`.
   *
   * @minItems 1
   */
  readonly components?: readonly string[];
  /**
   * How much is installed besides what the image needs to boot and to be reached: the essential packages and apt (`apt`), all of priority required (`minbase`), important (`important`) or standard (`standard`).
   */
  readonly variant: 'apt' | 'minbase' | 'important' | 'standard';
  /**
   * Further packages to install, as apt names them; recommended packages are not installed with them.
   */
  readonly packages: readonly string[];
  /**
   * Package of the kernel. The default is small and made for virtual machines; `linux-image-amd64` has drivers for hardware too.
   */
  readonly kernel_package: string;
  /**
   * Command line of the kernel, after the root file system's; an empty text is none of it.
   */
  readonly kernel_arguments: string;
  /**
   * Host name of the image.
   */
  readonly hostname: string;
  /**
   * Password of root on the console; SSH takes keys only. Without it, root has no password and cannot log in with one.
   */
  readonly root_password?: string;
  /**
   * Size of the disk: a number with b, k, m, g or t for bytes, KiB, MiB, GiB or TiB; a bare number is MiB.
   */
  readonly disk_size: string;
  /**
   * Format of the image: `qcow2`, or `raw` (a sparse file).
   */
  readonly format: 'qcow2' | 'raw';
  /**
   * Directory to make for the image. It must not exist yet; with -force it is replaced. Default: `output-NAME`, after the build's name.
   */
  readonly output_directory?: string;
  /**
   * File name of the image. Default: the build's name with the format as its ending.
   */
  readonly image_name?: string;
}
