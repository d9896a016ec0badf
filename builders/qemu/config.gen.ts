// Made from a schema by `npm run generate`; do not edit.
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Boots a virtual machine in QEMU, provisions it and keeps its disk as an image. */
export interface QemuBuilderConfig extends CommunicatorOptions {
  /**
   * Where the ISO, or with `disk_image` the disk image, is: a path, or a URL with file, http or https, or s3, gs or gcs for an object that everybody may read. A local file is used where it is and never written to.
   */
  readonly iso_url?: string;
  /**
   * Several places of the same file, tried in order. Not together with `iso_url`.
   *
   * @minItems 1
   */
  readonly iso_urls?: readonly string[];
  /**
   * Checksum of the source, compared before the file is used: the digest in hexadecimal, with or without its type in front (md5, sha1, sha224, sha256, sha384, sha512), or file: and the path or URL of a list of checksums, or none. Required with `iso_url` and `iso_urls`.
   */
  readonly iso_checksum?: string;
  /**
   * File to download the source to, instead of one in the cache directory. A source on this machine stays where it is.
   */
  readonly iso_target_path?: string;
  /**
   * Extension of the downloaded file in the cache directory. Without it: that of the URL. Packer's is iso.
   */
  readonly iso_target_extension?: string;
  /**
   * Downloads nothing: QEMU itself reads the source from its http or https URL, block by block, whenever the guest does. Needs QEMU's curl module (Debian's package qemu-block-extra) and a server that gives ranges. No checksum can be compared then, and `iso_checksum` may be missing.
   */
  readonly iso_skip_cache: boolean;
  /**
   * The source is a disk image to start from, in any format QEMU reads, and not an ISO to install from. Always so with `from`.
   */
  readonly disk_image: boolean;
  /**
   * Linux kernel to start in the place of a boot loader: a path or a URL, as `iso_url`. There need be no ISO then. When an installer ends or reboots, the machine is started from its disk. A communicator has `ssh_timeout` for each of the two.
   */
  readonly kernel_url?: string;
  /**
   * Checksum of the kernel, written as `iso_checksum` is. Required with `kernel_url`.
   */
  readonly kernel_checksum?: string;
  /**
   * The kernel's command line. May use .HTTPIP .HTTPPort .Name.
   */
  readonly kernel_args?: string;
  /**
   * The kernel's first root file system: a path or a URL. Needs `kernel_url`.
   */
  readonly initrd_url?: string;
  /**
   * Checksum of the initrd, written as `iso_checksum` is. Required with `initrd_url`.
   */
  readonly initrd_checksum?: string;
  /**
   * Files to put into the initrd: their paths there, and those on this machine. A list of paths puts the files into its root. For preseed.cfg, a Kickstart file and the like.
   */
  readonly initrd_files?: {
    readonly [k: string]: string;
  };
  /**
   * Like `initrd_files`, with what is in the files. May use .HTTPIP .HTTPPort .Name.
   */
  readonly initrd_content?: {
    readonly [k: string]: string;
  };
  /**
   * Makes an image that only has the differences and refers to the source as its backing file, which must then stay where it is. Needs `disk_image` and the format qcow2.
   */
  readonly use_backing_file: boolean;
  /**
   * With `disk_image`, keeps the size of the source.
   */
  readonly skip_resize_disk: boolean;
  /**
   * Format of the image, by QEMU's names: vmdk is VMware's, vdi VirtualBox's, vhdx and vpc (VHD) are Hyper-V's. Packer knows qcow2 and raw.
   */
  readonly format: 'qcow2' | 'raw' | 'vmdk' | 'vdi' | 'vhdx' | 'vpc';
  /**
   * Size of the disk: a number with b, k, m, g or t for bytes, KiB, MiB, GiB or TiB; a bare number is MiB. Without it: 40960m, and with `from` or a source that is larger, the size of the source.
   */
  readonly disk_size?: string;
  /**
   * Sizes of further, empty disks, written as `disk_size` is. Their files are named after the image with -1, -2 … behind.
   */
  readonly disk_additional_size?: readonly string[];
  /**
   * How the disks are attached. sata makes an AHCI controller, scsi is QEMU's own choice of controller for the machine; sd is for machines that have a card slot.
   */
  readonly disk_interface: 'ide' | 'sata' | 'scsi' | 'sd' | 'virtio' | 'virtio-scsi';
  /**
   * How the host caches the disk while the machine runs. Without it: unsafe, which skips flushes; a build that is cut off is thrown away as a whole, so nothing is risked by it. Packer's is writeback.
   */
  readonly disk_cache?: 'writethrough' | 'writeback' | 'none' | 'unsafe' | 'directsync';
  /**
   * Whether blocks the guest discards are given back, which makes smaller images. Packer's is ignore.
   */
  readonly disk_discard: 'unmap' | 'ignore';
  /**
   * Whether blocks written full of zeroes are stored as holes; unmap also needs `disk_discard` to be unmap.
   */
  readonly disk_detect_zeroes: 'unmap' | 'on' | 'off';
  /**
   * Compresses the image: qcow2 with zstd, or zlib where QEMU has no zstd; vmdk as streamOptimized. Not for other formats.
   */
  readonly disk_compression: boolean;
  /**
   * Further arguments for the subcommands create, convert and resize of qemu-img.
   */
  readonly qemu_img_args?: {
    /**
     * For disks that are made empty, and for the image that `use_backing_file` makes.
     */
    readonly create?: readonly string[];
    /**
     * For writing the image.
     */
    readonly convert?: readonly string[];
    /**
     * For making a disk larger than its source.
     */
    readonly resize?: readonly string[];
  };
  /**
   * Does not look for blocks of zeroes when the image is written, and keeps an installed disk as the machine left it. A disk that started from an image is written once in any case.
   */
  readonly skip_compaction: boolean;
  /**
   * What runs the guest's code. auto measures KVM against software (tcg) once for each boot of this machine, and takes KVM only when it is clearly faster; the verdict is kept in the cache directory and shown by `kiln doctor`. none leaves the choice to QEMU.
   */
  readonly accelerator: 'auto' | 'none' | 'kvm' | 'tcg' | 'hax' | 'hvf' | 'whpx' | 'xen';
  /**
   * QEMU's machine type.
   */
  readonly machine_type: string;
  /**
   * The QEMU program, a name on PATH or a path.
   */
  readonly qemu_binary: string;
  /**
   * QEMU's CPU model. Without it: host with kvm, max with tcg, and with other accelerators QEMU's own choice. When auto chooses tcg, host becomes max, which software can be.
   */
  readonly cpu_model?: string;
  /**
   * Number of virtual CPUs. Without it: the product of `sockets`, `cores` and `threads` if one of them is given, and else two, or one on a host with a single core. Packer's is 1.
   */
  readonly cpus?: number;
  /**
   * Number of CPU sockets.
   */
  readonly sockets?: number;
  /**
   * Number of cores of each socket.
   */
  readonly cores?: number;
  /**
   * Number of threads of each core.
   */
  readonly threads?: number;
  /**
   * Memory of the machine in MiB; less than 10 counts as 512.
   */
  readonly memory: number;
  /**
   * File with the firmware to boot with, instead of QEMU's own BIOS. Not together with `efi_boot`.
   */
  readonly firmware?: string;
  /**
   * Boots with UEFI firmware. Its variables are kept as efivars.fd beside the image.
   */
  readonly efi_boot: boolean;
  /**
   * File with the UEFI firmware's code.
   */
  readonly efi_firmware_code: string;
  /**
   * File with the UEFI firmware's empty variables; it is copied.
   */
  readonly efi_firmware_vars: string;
  /**
   * Leaves efivars.fd out of the artifact.
   */
  readonly efi_drop_efivars: boolean;
  /**
   * Gives `firmware` to the machine as flash memory, not as a BIOS.
   */
  readonly use_pflash: boolean;
  /**
   * Gives the machine a TPM; needs the program swtpm. What the guest stores in it is gone after the build.
   */
  readonly vtpm: boolean;
  /**
   * The TPM is a 1.2 and not a 2.0. With `vtpm`.
   */
  readonly use_tpm1: boolean;
  /**
   * QEMU's name of the TPM's device: tpm-tis or tpm-crb on x86, tpm-tis-device on ARM, tpm-spapr on POWER. With `vtpm`.
   */
  readonly tpm_device_type: string;
  /**
   * QEMU's device for the network card.
   */
  readonly net_device: string;
  /**
   * First port of 127.0.0.1 that may lead to the guest's SSH port.
   */
  readonly host_port_min: number;
  /**
   * The end of those ports; itself not used unless it is the same as the first.
   */
  readonly host_port_max: number;
  /**
   * Does nothing, as in Packer.
   */
  readonly run_once?: boolean;
  /**
   * Older name of `host_port_min`; wins over it.
   */
  readonly ssh_host_port_min?: number;
  /**
   * Older name of `host_port_max`; wins over it.
   */
  readonly ssh_host_port_max?: number;
  /**
   * Forwards no port; the guest is reached at `ssh_host` and `ssh_port`.
   */
  readonly skip_nat_mapping: boolean;
  /**
   * Connects the guest to this bridge of the host, in place of QEMU's own network: no port is forwarded, and the address of the guest is learned from the host's ARP table. QEMU's bridge helper must be allowed to use the bridge (/etc/qemu/bridge.conf). Linux only.
   */
  readonly net_bridge?: string;
  /**
   * Shows no window. Without a graphical session there is none in any case.
   */
  readonly headless: boolean;
  /**
   * QEMU's display, given to it as it is. Without it: gtk when a window can be shown.
   */
  readonly display?: string;
  /**
   * Says nothing to QEMU about the display.
   */
  readonly use_default_display: boolean;
  /**
   * QEMU's graphics card.
   */
  readonly vga?: string;
  /**
   * Does not serve the screen over VNC.
   */
  readonly disable_vnc: boolean;
  /**
   * Address on which the screen is served over VNC. Whoever reaches it can see the screen and type.
   */
  readonly vnc_bind_address: string;
  /**
   * First port for VNC.
   */
  readonly vnc_port_min: number;
  /**
   * Last port for VNC.
   */
  readonly vnc_port_max: number;
  /**
   * Asks those who connect by VNC for a password: `vnc_password`, or one that is made up and shown.
   */
  readonly vnc_use_password: boolean;
  /**
   * Password for VNC, which has no longer ones than 8 characters. It is asked for when this is set, also without `vnc_use_password`.
   */
  readonly vnc_password?: string;
  /**
   * Opens a second monitor (QMP) of QEMU, for other programs. Its path is shown. Kiln has its own in any case.
   */
  readonly qmp_enable: boolean;
  /**
   * Socket of that monitor; given alone it opens it too. Without it: in a temporary directory.
   */
  readonly qmp_socket_path?: string;
  /**
   * What to type on the guest's keyboard once it has started; the parts are joined. See the README for keys and waits. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  readonly boot_command?: readonly string[];
  /**
   * The same in pieces, each what to type and a description, which is shown; with -debug Kiln pauses after each. Not together with boot_command.
   */
  readonly boot_steps?: readonly (readonly string[])[];
  /**
   * How long to wait before typing; less than zero: not at all. Without it: 10s, or not at all when what is typed begins with <waitFor …>. When nothing is typed, nothing is waited for. (milliseconds)
   */
  readonly boot_wait?: number;
  /**
   * The least time between two key events. Without it: the environment variable PACKER_KEY_INTERVAL, or 10ms; whatever it is, the next key waits until the guest has taken the last one. (milliseconds)
   */
  readonly boot_key_interval?: number;
  /**
   * How long to wait after keys that are typed in one go, that is before each wait of the boot command and after its end. (milliseconds)
   */
  readonly boot_keygroup_interval: number;
  /**
   * Layout that the guest has for its keyboard while it is typed to.
   */
  readonly boot_keyboard_layout:
    | 'us'
    | 'gb'
    | 'de'
    | 'ch'
    | 'ch-fr'
    | 'fr'
    | 'be'
    | 'es'
    | 'latam'
    | 'it'
    | 'pt'
    | 'br'
    | 'dk'
    | 'no'
    | 'se'
    | 'fi'
    | 'pl'
    | 'cz'
    | 'hu';
  /**
   * Arguments for QEMU, each a list of a switch and its value (parts of a value are joined). A switch given here takes the place of Kiln's own of that name, but disks, network card and what Kiln needs itself stay unless an argument names them. May use .HTTPIP .HTTPPort .HTTPDir .OutputDir .Name .SSHHostPort.
   */
  readonly qemuargs?: readonly (readonly string[])[];
  /**
   * Directory to serve to the guest over HTTP, read only. The guest finds it at the address in `PACKER_HTTP_ADDR`.
   */
  readonly http_directory?: string;
  /**
   * Files to serve to the guest over HTTP: their paths and what is in them. Not together with `http_directory`.
   */
  readonly http_content?: {
    readonly [k: string]: string;
  };
  /**
   * First port for the HTTP server.
   */
  readonly http_port_min: number;
  /**
   * The end of those ports; itself not used unless it is the same as the first.
   */
  readonly http_port_max: number;
  /**
   * Address the HTTP server listens on. The guest reaches 127.0.0.1 through QEMU's network. Packer's is 0.0.0.0.
   */
  readonly http_bind_address: string;
  /**
   * Network interface of this machine: the HTTP server listens on its address, and the guest is told that one. Without it: `net_bridge`, or QEMU's network. With `http_bind_address` set to 0.0.0.0 or :: it only says what the guest is told.
   */
  readonly http_interface?: string;
  /**
   * What the HTTP server speaks: tcp4 is IPv4 alone; tcp6 is IPv6 alone, and .HTTPIP is then an IPv6 address in brackets. Packer's unix and unixpacket are for no guest to reach.
   */
  readonly http_network_protocol: 'tcp' | 'tcp4' | 'tcp6';
  /**
   * How the ISO and the CD are attached. Without it: as QEMU does it for the machine, which is ide for pc and q35.
   */
  readonly cdrom_interface?: 'ide' | 'scsi' | 'virtio' | 'virtio-scsi';
  /**
   * Files and directories for a CD that the machine has beside its ISO; *, ? and [] stand for names. A directory keeps its name on the CD, unless a slash is behind it: then what is in it goes into the root. Symbolic links are followed. The CD has long names by Rock Ridge and Joliet.
   */
  readonly cd_files?: readonly string[];
  /**
   * Files for the CD: their paths and what is in them. They win over `cd_files`. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  readonly cd_content?: {
    readonly [k: string]: string;
  };
  /**
   * Label of the CD. cloud-init looks for cidata.
   */
  readonly cd_label: string;
  /**
   * Files for a floppy of 1.44 MB; *, ? and [] stand for names. All go into the root, those in directories too.
   */
  readonly floppy_files?: readonly string[];
  /**
   * Directories for the floppy, with all that is below them; *, ? and [] stand for names. They keep their names.
   */
  readonly floppy_dirs?: readonly string[];
  /**
   * Files for the floppy: their paths and what is in them. They win over `floppy_files` and `floppy_dirs`. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  readonly floppy_content?: {
    readonly [k: string]: string;
  };
  /**
   * Label of the floppy.
   */
  readonly floppy_label: string;
  /**
   * Directory to make, with the image in it. Without it: output- and the name of the build. It must not exist, unless -force is given.
   */
  readonly output_directory?: string;
  /**
   * Name of the machine and of the image's file. Without it: packer- and the name of the build.
   */
  readonly vm_name?: string;
  /**
   * Command that shuts the guest down. Without it the machine's power button is pressed, and the machine switched off when that has no effect within a minute. (Packer then pulls the plug at once.)
   */
  readonly shutdown_command?: string;
  /**
   * Ends the build when for so long the guest's console says nothing, no disk is written to and nothing goes over SSH. 0s, the default, is never. (milliseconds)
   */
  readonly inactivity_timeout: number;
  /**
   * How long the guest may take to shut down. (milliseconds)
   */
  readonly shutdown_timeout: number;
}
