import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const modules =
  'biosdisk part_msdos fat iso9660 cat echo probe serial terminal halt ls test normal configfile search search_label';

/**
 * A disk below `home` whose boot loader carries out these commands of GRUB, says what they say on the serial port, and
 * switches the machine off. It reads disks, CDs and floppies by the BIOS and with code of its own.
 */
export function grubDisk(home: string, commands: readonly string[]): string {
  const disk = join(home, 'grub.raw');
  const script = join(home, 'grub.cfg');
  const core = join(home, 'core.img');
  writeFileSync(script, ['serial --speed=115200', 'terminal_output serial', ...commands, 'halt', ''].join('\n'));
  execFileSync('grub-mkimage', ['-O', 'i386-pc', '-o', core, '-c', script, '-p', '/', ...modules.split(' ')]);
  copyFileSync('/usr/lib/grub/i386-pc/boot.img', disk);
  writeFileSync(disk, readFileSync(core), { flag: 'a' });
  truncateSync(disk, 1 << 20);
  return disk;
}
