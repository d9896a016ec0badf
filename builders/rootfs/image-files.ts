import type { RootfsBuilderConfig } from './config.gen.ts';
import { bakingFiles } from './baking-files.ts';
import type { ImageFile } from './image-file.ts';

/** What the image needs to know of its packages' sources. */
export interface ImageSources {
  /** Text of a deb822 file. */
  readonly text: string;
  readonly proxy: string | undefined;
}

const NETWORK = `# Every network card asks for its address.
[Match]
Name=en* eth*

[Network]
DHCP=yes

[DHCPv4]
ClientIdentifier=mac
`;

/** Drivers of the disks a virtual machine may have; the initial RAM disk loads the one it finds. */
const DISK_DRIVERS = [
  'virtio_pci',
  'virtio_blk',
  'virtio_scsi',
  'sd_mod',
  'sr_mod',
  'ata_piix',
  'ahci',
  'nvme',
  'mptspi',
  'vmw_pvscsi',
  'xen-blkfront',
  'hv_storvsc',
  'ext4',
];

const INITRAMFS_HOOK = `#!/bin/sh
# Puts the drivers of virtual disks into the initial RAM disk and, with MODULES=list, no others.
case $1 in prereqs) exit 0 ;; esac
. /usr/share/initramfs-tools/hook-functions
manual_add_modules ${DISK_DRIVERS.join(' ')}
`;

function hosts(hostname: string): string {
  const [short = hostname] = hostname.split('.');
  const names = short === hostname ? short : `${hostname} ${short}`;
  return `127.0.0.1\tlocalhost\n127.0.1.1\t${names}\n::1\tlocalhost ip6-localhost ip6-loopback\n`;
}

function grubConfiguration(rootUuid: string, kernelArguments: string): string {
  const entry = (title: string, suffix: string): string => `menuentry '${title}' {
  linux /vmlinuz${suffix} root=UUID=${rootUuid} ro ${kernelArguments}
  initrd /initrd.img${suffix}
}
`;
  return `# The links /vmlinuz and /initrd.img follow the newest kernel package.
set default=0
set timeout=0
${entry('Debian', '')}${entry('Debian, previous kernel', '.old')}`;
}

/** Files that must be there before the kernel package is installed. */
export const filesBeforePackages: readonly ImageFile[] = [
  { path: '/etc/kernel-img.conf', text: 'do_symlinks = yes\nlink_in_boot = no\n' },
  { path: '/etc/initramfs-tools/conf.d/virtual-disks', text: 'MODULES=list\n' },
  { path: '/etc/initramfs-tools/hooks/virtual-disks', text: INITRAMFS_HOOK, mode: '755' },
];

export function imageFiles(config: RootfsBuilderConfig, rootUuid: string, sources: ImageSources): readonly ImageFile[] {
  const { proxy } = sources;
  return [
    { path: '/etc/hostname', text: `${config.hostname}\n` },
    { path: '/etc/hosts', text: hosts(config.hostname) },
    { path: '/etc/fstab', text: `UUID=${rootUuid} / ext4 discard,errors=remount-ro 0 1\n` },
    { path: '/boot/grub/grub.cfg', text: grubConfiguration(rootUuid, config.kernel_arguments) },
    { path: '/etc/systemd/network/80-dhcp.network', text: NETWORK },
    { path: '/etc/apt/sources.list.d/debian.sources', text: sources.text },
    { path: '/etc/apt/apt.conf.d/90no-translations', text: 'Acquire::Languages "none";\n' },
    ...(proxy === undefined
      ? []
      : [
          {
            path: '/etc/apt/apt.conf.d/90proxy',
            text: ['http', 'https'].map((method) => `Acquire::${method}::Proxy "${proxy}";\n`).join(''),
          },
        ]),
    ...bakingFiles,
  ];
}
