import type { Requirement } from '../../plugins/sdk/index.ts';

export const programs: readonly Requirement[] = [
  { program: 'mount', package: 'mount', purpose: 'mount the volume' },
  { program: 'umount', package: 'mount', purpose: 'unmount the volume' },
  { program: 'chroot', package: 'coreutils', purpose: 'run commands in the volume' },
];
