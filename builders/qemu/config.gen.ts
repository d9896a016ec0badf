// Made from schema.json by `npm run generate`; do not edit.

export interface QemuBuilderConfig {
  /**
   * Where the ISO, or with `disk_image` the disk image, is: a path, or a URL with file, http or https, or s3, gs or gcs for an object that everybody may read. A local file is used where it is and never written to.
   */
  iso_url?: string;
  /**
   * Several places of the same file, tried in order. Not together with `iso_url`.
   *
   * @minItems 1
   */
  iso_urls?: string[];
  /**
   * Checksum of the source, compared before the file is used: the digest in hexadecimal, with or without its type in front (md5, sha1, sha224, sha256, sha384, sha512), or file: and the path or URL of a list of checksums, or none. Required with `iso_url` and `iso_urls`.
   */
  iso_checksum?: string;
  /**
   * File to download the source to, instead of one in the cache directory. A source on this machine stays where it is.
   */
  iso_target_path?: string;
  /**
   * Extension of the downloaded file in the cache directory. Without it: that of the URL. Packer's is iso.
   */
  iso_target_extension?: string;
  /**
   * Downloads nothing: QEMU itself reads the source from its http or https URL, block by block, whenever the guest does. Needs QEMU's curl module (Debian's package qemu-block-extra) and a server that gives ranges. No checksum can be compared then, and `iso_checksum` may be missing.
   */
  iso_skip_cache: boolean;
  /**
   * The source is a disk image to start from, in any format QEMU reads, and not an ISO to install from. Always so with `from`.
   */
  disk_image: boolean;
  /**
   * Linux kernel to start in the place of a boot loader: a path or a URL, as `iso_url`. There need be no ISO then. When an installer ends or reboots, the machine is started from its disk. A communicator has `ssh_timeout` for each of the two.
   */
  kernel_url?: string;
  /**
   * Checksum of the kernel, written as `iso_checksum` is. Required with `kernel_url`.
   */
  kernel_checksum?: string;
  /**
   * The kernel's command line. May use .HTTPIP .HTTPPort .Name.
   */
  kernel_args?: string;
  /**
   * The kernel's first root file system: a path or a URL. Needs `kernel_url`.
   */
  initrd_url?: string;
  /**
   * Checksum of the initrd, written as `iso_checksum` is. Required with `initrd_url`.
   */
  initrd_checksum?: string;
  /**
   * Files to put into the initrd: their paths there, and those on this machine. A list of paths puts the files into its root. For preseed.cfg, a Kickstart file and the like.
   */
  initrd_files?: {
    [k: string]: string;
  };
  /**
   * Like `initrd_files`, with what is in the files. May use .HTTPIP .HTTPPort .Name.
   */
  initrd_content?: {
    [k: string]: string;
  };
  /**
   * Makes an image that only has the differences and refers to the source as its backing file, which must then stay where it is. Needs `disk_image` and the format qcow2.
   */
  use_backing_file: boolean;
  /**
   * With `disk_image`, keeps the size of the source.
   */
  skip_resize_disk: boolean;
  /**
   * Format of the image, by QEMU's names: vmdk is VMware's, vdi VirtualBox's, vhdx and vpc (VHD) are Hyper-V's. Packer knows qcow2 and raw.
   */
  format: 'qcow2' | 'raw' | 'vmdk' | 'vdi' | 'vhdx' | 'vpc';
  /**
   * Size of the disk: a number with b, k, m, g or t for bytes, KiB, MiB, GiB or TiB; a bare number is MiB. Without it: 40960m, and with `from` or a source that is larger, the size of the source.
   */
  disk_size?: string;
  /**
   * Sizes of further, empty disks, written as `disk_size` is. Their files are named after the image with -1, -2 … behind.
   */
  disk_additional_size?: string[];
  /**
   * How the disks are attached. sata makes an AHCI controller, scsi is QEMU's own choice of controller for the machine; sd is for machines that have a card slot.
   */
  disk_interface: 'ide' | 'sata' | 'scsi' | 'sd' | 'virtio' | 'virtio-scsi';
  /**
   * How the host caches the disk while the machine runs. Without it: unsafe, which skips flushes; a build that is cut off is thrown away as a whole, so nothing is risked by it. Packer's is writeback.
   */
  disk_cache?: 'writethrough' | 'writeback' | 'none' | 'unsafe' | 'directsync';
  /**
   * Whether blocks the guest discards are given back, which makes smaller images. Packer's is ignore.
   */
  disk_discard: 'unmap' | 'ignore';
  /**
   * Whether blocks written full of zeroes are stored as holes; unmap also needs `disk_discard` to be unmap.
   */
  disk_detect_zeroes: 'unmap' | 'on' | 'off';
  /**
   * Compresses the image: qcow2 with zstd, or zlib where QEMU has no zstd; vmdk as streamOptimized. Not for other formats.
   */
  disk_compression: boolean;
  /**
   * Further arguments for the subcommands create, convert and resize of qemu-img.
   */
  qemu_img_args?: {
    /**
     * For disks that are made empty, and for the image that `use_backing_file` makes.
     */
    create?: string[];
    /**
     * For writing the image.
     */
    convert?: string[];
    /**
     * For making a disk larger than its source.
     */
    resize?: string[];
  };
  /**
   * Does not look for blocks of zeroes when the image is written, and keeps an installed disk as the machine left it. A disk that started from an image is written once in any case.
   */
  skip_compaction: boolean;
  /**
   * What runs the guest's code. auto measures KVM against software (tcg) once for each boot of this machine, and takes KVM only when it is clearly faster; the verdict is kept in the cache directory and shown by `kiln doctor`. none leaves the choice to QEMU.
   */
  accelerator: 'auto' | 'none' | 'kvm' | 'tcg' | 'hax' | 'hvf' | 'whpx' | 'xen';
  /**
   * QEMU's machine type.
   */
  machine_type: string;
  /**
   * The QEMU program, a name on PATH or a path.
   */
  qemu_binary: string;
  /**
   * QEMU's CPU model. Without it: host with kvm, max with tcg, and with other accelerators QEMU's own choice. When auto chooses tcg, host becomes max, which software can be.
   */
  cpu_model?: string;
  /**
   * Number of virtual CPUs. Without it: the product of `sockets`, `cores` and `threads` if one of them is given, and else two, or one on a host with a single core. Packer's is 1.
   */
  cpus?: number;
  /**
   * Number of CPU sockets.
   */
  sockets?: number;
  /**
   * Number of cores of each socket.
   */
  cores?: number;
  /**
   * Number of threads of each core.
   */
  threads?: number;
  /**
   * Memory of the machine in MiB; less than 10 counts as 512.
   */
  memory: number;
  /**
   * File with the firmware to boot with, instead of QEMU's own BIOS. Not together with `efi_boot`.
   */
  firmware?: string;
  /**
   * Boots with UEFI firmware. Its variables are kept as efivars.fd beside the image.
   */
  efi_boot: boolean;
  /**
   * File with the UEFI firmware's code.
   */
  efi_firmware_code: string;
  /**
   * File with the UEFI firmware's empty variables; it is copied.
   */
  efi_firmware_vars: string;
  /**
   * Leaves efivars.fd out of the artifact.
   */
  efi_drop_efivars: boolean;
  /**
   * Gives `firmware` to the machine as flash memory, not as a BIOS.
   */
  use_pflash: boolean;
  /**
   * Gives the machine a TPM; needs the program swtpm. What the guest stores in it is gone after the build.
   */
  vtpm: boolean;
  /**
   * The TPM is a 1.2 and not a 2.0. With `vtpm`.
   */
  use_tpm1: boolean;
  /**
   * QEMU's name of the TPM's device: tpm-tis or tpm-crb on x86, tpm-tis-device on ARM, tpm-spapr on POWER. With `vtpm`.
   */
  tpm_device_type: string;
  /**
   * QEMU's device for the network card.
   */
  net_device: string;
  /**
   * First port of 127.0.0.1 that may lead to the guest's SSH port.
   */
  host_port_min: number;
  /**
   * The end of those ports; itself not used unless it is the same as the first.
   */
  host_port_max: number;
  /**
   * Does nothing, as in Packer.
   */
  run_once?: boolean;
  /**
   * Older name of `host_port_min`; wins over it.
   */
  ssh_host_port_min?: number;
  /**
   * Older name of `host_port_max`; wins over it.
   */
  ssh_host_port_max?: number;
  /**
   * Forwards no port; the guest is reached at `ssh_host` and `ssh_port`.
   */
  skip_nat_mapping: boolean;
  /**
   * Connects the guest to this bridge of the host, in place of QEMU's own network: no port is forwarded, and the address of the guest is learned from the host's ARP table. QEMU's bridge helper must be allowed to use the bridge (/etc/qemu/bridge.conf). Linux only.
   */
  net_bridge?: string;
  /**
   * Shows no window. Without a graphical session there is none in any case.
   */
  headless: boolean;
  /**
   * QEMU's display, given to it as it is. Without it: gtk when a window can be shown.
   */
  display?: string;
  /**
   * Says nothing to QEMU about the display.
   */
  use_default_display: boolean;
  /**
   * QEMU's graphics card.
   */
  vga?: string;
  /**
   * Does not serve the screen over VNC.
   */
  disable_vnc: boolean;
  /**
   * Address on which the screen is served over VNC. Whoever reaches it can see the screen and type.
   */
  vnc_bind_address: string;
  /**
   * First port for VNC.
   */
  vnc_port_min: number;
  /**
   * Last port for VNC.
   */
  vnc_port_max: number;
  /**
   * Asks those who connect by VNC for a password: `vnc_password`, or one that is made up and shown.
   */
  vnc_use_password: boolean;
  /**
   * Password for VNC, which has no longer ones than 8 characters. It is asked for when this is set, also without `vnc_use_password`.
   */
  vnc_password?: string;
  /**
   * Opens a second monitor (QMP) of QEMU, for other programs. Its path is shown. Kiln has its own in any case.
   */
  qmp_enable: boolean;
  /**
   * Socket of that monitor; given alone it opens it too. Without it: in a temporary directory.
   */
  qmp_socket_path?: string;
  /**
   * What to type on the guest's keyboard once it has started; the parts are joined. See the README for keys and waits. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  boot_command?: string[];
  /**
   * The same in pieces, each what to type and a description, which is shown; with -debug Kiln pauses after each. Not together with boot_command.
   */
  boot_steps?: string[][];
  /**
   * How long to wait before typing; less than zero: not at all. Without it: 10s, or not at all when what is typed begins with <waitFor …>. When nothing is typed, nothing is waited for. (milliseconds)
   */
  boot_wait?: number;
  /**
   * The least time between two key events. Without it: the environment variable PACKER_KEY_INTERVAL, or 10ms; whatever it is, the next key waits until the guest has taken the last one. (milliseconds)
   */
  boot_key_interval?: number;
  /**
   * How long to wait after keys that are typed in one go, that is before each wait of the boot command and after its end. (milliseconds)
   */
  boot_keygroup_interval: number;
  /**
   * Layout that the guest has for its keyboard while it is typed to.
   */
  boot_keyboard_layout:
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
  qemuargs?: string[][];
  /**
   * Directory to serve to the guest over HTTP, read only. The guest finds it at the address in `PACKER_HTTP_ADDR`.
   */
  http_directory?: string;
  /**
   * Files to serve to the guest over HTTP: their paths and what is in them. Not together with `http_directory`.
   */
  http_content?: {
    [k: string]: string;
  };
  /**
   * First port for the HTTP server.
   */
  http_port_min: number;
  /**
   * The end of those ports; itself not used unless it is the same as the first.
   */
  http_port_max: number;
  /**
   * Address the HTTP server listens on. The guest reaches 127.0.0.1 through QEMU's network. Packer's is 0.0.0.0.
   */
  http_bind_address: string;
  /**
   * Network interface of this machine: the HTTP server listens on its address, and the guest is told that one. Without it: `net_bridge`, or QEMU's network. With `http_bind_address` set to 0.0.0.0 or :: it only says what the guest is told.
   */
  http_interface?: string;
  /**
   * What the HTTP server speaks: tcp4 is IPv4 alone; tcp6 is IPv6 alone, and .HTTPIP is then an IPv6 address in brackets. Packer's unix and unixpacket are for no guest to reach.
   */
  http_network_protocol: 'tcp' | 'tcp4' | 'tcp6';
  /**
   * How the ISO and the CD are attached. Without it: as QEMU does it for the machine, which is ide for pc and q35.
   */
  cdrom_interface?: 'ide' | 'scsi' | 'virtio' | 'virtio-scsi';
  /**
   * Files and directories for a CD that the machine has beside its ISO; *, ? and [] stand for names. A directory keeps its name on the CD, unless a slash is behind it: then what is in it goes into the root. Symbolic links are followed. The CD has long names by Rock Ridge and Joliet.
   */
  cd_files?: string[];
  /**
   * Files for the CD: their paths and what is in them. They win over `cd_files`. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  cd_content?: {
    [k: string]: string;
  };
  /**
   * Label of the CD. cloud-init looks for cidata.
   */
  cd_label: string;
  /**
   * Files for a floppy of 1.44 MB; *, ? and [] stand for names. All go into the root, those in directories too.
   */
  floppy_files?: string[];
  /**
   * Directories for the floppy, with all that is below them; *, ? and [] stand for names. They keep their names.
   */
  floppy_dirs?: string[];
  /**
   * Files for the floppy: their paths and what is in them. They win over `floppy_files` and `floppy_dirs`. May use .HTTPIP .HTTPPort .Name .SSHPublicKey.
   */
  floppy_content?: {
    [k: string]: string;
  };
  /**
   * Label of the floppy.
   */
  floppy_label: string;
  /**
   * Directory to make, with the image in it. Without it: output- and the name of the build. It must not exist, unless -force is given.
   */
  output_directory?: string;
  /**
   * Name of the machine and of the image's file. Without it: packer- and the name of the build.
   */
  vm_name?: string;
  /**
   * Command that shuts the guest down. Without it the machine's power button is pressed, and the machine switched off when that has no effect within a minute. (Packer then pulls the plug at once.)
   */
  shutdown_command?: string;
  /**
   * Ends the build when for so long the guest's console says nothing, no disk is written to and nothing goes over SSH. 0s, the default, is never. (milliseconds)
   */
  inactivity_timeout: number;
  /**
   * How long the guest may take to shut down. (milliseconds)
   */
  shutdown_timeout: number;
  /**
   * How to reach the guest. With none, provisioners that need the guest fail.
   */
  communicator: 'ssh' | 'winrm' | 'none';
  /**
   * Name or address of the guest, where the builder does not know better.
   */
  ssh_host?: string;
  /**
   * Port of the guest's SSH server.
   */
  ssh_port: number;
  /**
   * User to log in as. Required with the ssh communicator.
   */
  ssh_username?: string;
  /**
   * Password of the user; also answers keyboard-interactive questions.
   */
  ssh_password?: string;
  /**
   * Private key (OpenSSH or PEM) to log in with; a leading ~ is the home directory.
   */
  ssh_private_key_file?: string;
  /**
   * Opens ssh_private_key_file, and ssh_bastion_private_key_file, when they are encrypted. Packer has no such option.
   */
  ssh_private_key_passphrase?: string;
  /**
   * User certificate that a certificate authority made for ssh_private_key_file, or for a key of the agent.
   */
  ssh_certificate_file?: string;
  /**
   * What speaks SSH: ssh2 is built in; openssh is the program ssh of this machine (8.5 or newer), which also does certificates, security keys (sk-…; touched when it asks; not tested with hardware, and PINs are not asked for), ssh_config_file and ssh_bastion_interactive. Without it: openssh when one of these is used, otherwise ssh2.
   */
  ssh_backend?: 'ssh2' | 'openssh';
  /**
   * OpenSSH configuration that is read for what the template does not say: ssh_host may be one of its hosts, with ProxyJump and the rest. ssh_port 22 leaves the port to it.
   */
  ssh_config_file?: string;
  /**
   * Host keys of the guest, as in its /etc/ssh/ssh_host_*_key.pub; any other ends the build. Without this and ssh_known_hosts_file, the key of the first login is taken, and no other for the rest of the build.
   *
   * @minItems 1
   */
  ssh_host_key?: string[];
  /**
   * File of known hosts, as OpenSSH's, which guest and jump host must be in. For the guest, ssh_host_key wins over it.
   */
  ssh_known_hosts_file?: string;
  /**
   * Logs in with the keys of the agent at SSH_AUTH_SOCK.
   */
  ssh_agent_auth: boolean;
  /**
   * Set to false to let commands in the guest use the agent at SSH_AUTH_SOCK, if there is one. Unlike in Packer, the agent is not forwarded unless this is said.
   */
  ssh_disable_agent_forwarding?: boolean;
  /**
   * How long to wait until the guest lets Kiln in. Without it: 5m, or a day when ssh_handshake_attempts is given. (milliseconds)
   */
  ssh_timeout?: number;
  /**
   * Older name of ssh_timeout; wins over it. (milliseconds)
   */
  ssh_wait_timeout?: number;
  /**
   * Give up after this many refused logins or failed handshakes. Without it: 10, or no limit when ssh_timeout is given. The pauses between them grow from half a second to ten seconds.
   */
  ssh_handshake_attempts?: number;
  /**
   * Gives commands a terminal, for guests whose sudo demands one.
   */
  ssh_pty: boolean;
  /**
   * How often the guest is asked for a sign of life; after three unanswered ones the connection counts as lost. Less than zero switches it off. (milliseconds)
   */
  ssh_keep_alive_interval: number;
  /**
   * The connection counts as lost when nothing was received for so long; zero switches it off. With keepalives on, a live guest is never silent for longer than their interval. (milliseconds)
   */
  ssh_read_write_timeout: number;
  /**
   * Ciphers to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  ssh_ciphers?: (
    | 'aes128-gcm@openssh.com'
    | 'aes256-gcm@openssh.com'
    | 'aes128-ctr'
    | 'aes192-ctr'
    | 'aes256-ctr'
    | 'chacha20-poly1305@openssh.com'
    | 'aes256-cbc'
    | 'aes192-cbc'
    | 'aes128-cbc'
    | '3des-cbc'
  )[];
  /**
   * Key exchange algorithms to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  ssh_key_exchange_algorithms?: (
    | 'curve25519-sha256'
    | 'curve25519-sha256@libssh.org'
    | 'ecdh-sha2-nistp256'
    | 'ecdh-sha2-nistp384'
    | 'ecdh-sha2-nistp521'
    | 'diffie-hellman-group-exchange-sha256'
    | 'diffie-hellman-group14-sha256'
    | 'diffie-hellman-group15-sha512'
    | 'diffie-hellman-group16-sha512'
    | 'diffie-hellman-group17-sha512'
    | 'diffie-hellman-group18-sha512'
    | 'diffie-hellman-group-exchange-sha1'
    | 'diffie-hellman-group14-sha1'
    | 'diffie-hellman-group1-sha1'
  )[];
  /**
   * scp sends files through a command in the guest, which needs neither the scp program nor the SFTP subsystem; sftp uses the subsystem. Each falls back to the other when the guest does not offer it. Trees are sent as one tar stream either way.
   */
  ssh_file_transfer_method: 'scp' | 'sftp';
  /**
   * At the end of the build, removes the temporary key from the guest's authorized_keys files.
   */
  ssh_clear_authorized_keys: boolean;
  /**
   * With the Amazon builders: Key pair in EC2 to start the instance with, instead of a temporary one. Needs ssh_private_key_file or ssh_agent_auth.
   */
  ssh_keypair_name?: string;
  /**
   * Name of the temporary key, which is also its comment in authorized_keys. Without it: packer_ and a UUID.
   */
  temporary_key_pair_name?: string;
  /**
   * Type of the temporary key. Packer's default is rsa; ed25519 takes no time to make.
   */
  temporary_key_pair_type: 'ed25519' | 'ecdsa' | 'rsa';
  /**
   * Size of the temporary key: 1024 or more for rsa (without it 4096), 256, 384 or 521 for ecdsa (without it 521). Not used for ed25519.
   */
  temporary_key_pair_bits?: number;
  /**
   * Jump host through which the guest is reached.
   */
  ssh_bastion_host?: string;
  /**
   * Port of the jump host's SSH server.
   */
  ssh_bastion_port: number;
  /**
   * User on the jump host. Without it: ssh_username.
   */
  ssh_bastion_username?: string;
  /**
   * Password on the jump host.
   */
  ssh_bastion_password?: string;
  /**
   * Private key for the jump host. Without it: ssh_private_key_file, unless a password is given.
   */
  ssh_bastion_private_key_file?: string;
  /**
   * User certificate for the jump host. Without it: ssh_certificate_file, when the key is the same.
   */
  ssh_bastion_certificate_file?: string;
  /**
   * Has you answer the jump host's questions at the terminal.
   */
  ssh_bastion_interactive: boolean;
  /**
   * Logs in to the jump host with the keys of the agent at SSH_AUTH_SOCK.
   */
  ssh_bastion_agent_auth: boolean;
  /**
   * SOCKS5 proxy through which the guest is reached. Not together with ssh_bastion_host.
   */
  ssh_proxy_host?: string;
  /**
   * Port of the SOCKS5 proxy.
   */
  ssh_proxy_port: number;
  /**
   * User at the SOCKS5 proxy, if it asks.
   */
  ssh_proxy_username?: string;
  /**
   * Password at the SOCKS5 proxy.
   */
  ssh_proxy_password?: string;
  /**
   * Ports on this machine (127.0.0.1) that lead into the guest's network, as LOCAL_PORT:REMOTE_HOST:REMOTE_PORT, for as long as the build is connected.
   */
  ssh_local_tunnels?: string[];
  /**
   * Ports in the guest that lead to this machine's network, as REMOTE_PORT:LOCAL_HOST:LOCAL_PORT.
   */
  ssh_remote_tunnels?: string[];
  /**
   * Name or address of the guest with the winrm communicator, where the builder does not know better.
   */
  winrm_host?: string;
  /**
   * Port of the guest's WinRM. Without it: 5985, or 5986 with winrm_use_ssl.
   */
  winrm_port?: number;
  /**
   * Administrator to log in as; DOMAIN\user for one of a domain. Required with the winrm communicator.
   */
  winrm_username?: string;
  /**
   * Password of winrm_username.
   */
  winrm_password?: string;
  /**
   * Reaches the guest without the proxies that HTTP_PROXY and HTTPS_PROXY name. This machine itself is always reached without them.
   */
  winrm_no_proxy: boolean;
  /**
   * How long to wait until the guest lets Kiln in and its PowerShell answers. (milliseconds)
   */
  winrm_timeout: number;
  /**
   * Uses HTTPS.
   */
  winrm_use_ssl: boolean;
  /**
   * Takes any certificate with winrm_use_ssl, as those that Windows makes for itself.
   */
  winrm_insecure: boolean;
  /**
   * Logs in by NTLM instead of Basic. Without HTTPS all messages are then encrypted, so that the guest need not allow unencrypted ones.
   */
  winrm_use_ntlm: boolean;
  /**
   * Once the guest has let Kiln in, disconnect, wait so long, and connect again; for guests that reboot while they set themselves up. (milliseconds)
   */
  pause_before_connecting: number;
}
