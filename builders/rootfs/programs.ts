import type { Requirement } from '../../plugins/sdk/index.ts';
import type { RootfsBuilderConfig } from './config.gen.ts';

const always: readonly Requirement[] = [
  { program: 'mmdebstrap', package: 'mmdebstrap', purpose: 'install Debian packages into a directory' },
  { program: 'mke2fs', package: 'e2fsprogs', purpose: 'write the root file system' },
  ...['mformat', 'mmd', 'mcopy'].map((program) => ({
    program,
    package: 'mtools',
    purpose: 'write the EFI system partition',
  })),
  { program: 'grub-mkimage', package: 'grub-common', purpose: 'make the boot loaders' },
  { program: '/usr/lib/grub/i386-pc/boot.img', isFile: true, package: 'grub-pc-bin', purpose: 'boot with a BIOS' },
  {
    program: '/usr/lib/grub/x86_64-efi/moddep.lst',
    isFile: true,
    package: 'grub-efi-amd64-bin',
    purpose: 'boot with UEFI',
  },
  {
    program: '/usr/share/keyrings/debian-archive-keyring.gpg',
    isFile: true,
    package: 'debian-archive-keyring',
    purpose: 'check the signatures of the Debian archive',
  },
];

const conversion: Requirement = { program: 'qemu-img', package: 'qemu-utils', purpose: 'write qcow2 images' };

export const programs: readonly Requirement[] = [...always, conversion];

export function needs({ format }: RootfsBuilderConfig): readonly Requirement[] {
  return format === 'raw' ? always : programs;
}
