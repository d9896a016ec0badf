import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../core/contract/json.ts';
import { tinyGuest } from './tiny-guest.ts';

/** The kernel and the initrd of the tiny guest. */
export function kernelOptions(home: string): JsonObject {
  const raw = join(home, 'guest.raw');
  execFileSync('qemu-img', ['convert', '-O', 'raw', tinyGuest().disk, raw]);
  for (const name of ['vmlinuz', 'initrd']) {
    const request = `dump /boot/${name} ${join(home, name)}`;
    execFileSync('/usr/sbin/debugfs', ['-R', request, `${raw}?offset=1048576`], { stdio: 'ignore' });
  }
  rmSync(raw);
  return {
    kernel_url: join(home, 'vmlinuz'),
    kernel_checksum: 'none',
    initrd_url: join(home, 'initrd'),
    initrd_checksum: 'none',
    kernel_args: 'console=ttyS0 random.trust_cpu=1 mitigations=off tsc=reliable no_timer_check name={{ .Name }}',
  };
}

/** A program for the place of the initrd's own. */
export function installer(home: string, script: string): string {
  const path = join(home, 'init');
  const start = `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
for module in $(cat /modules/order); do insmod /modules/$module 2>/dev/null; done
while [ ! -b /dev/vda ]; do usleep 50000; done
`;
  writeFileSync(path, `${start}${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
