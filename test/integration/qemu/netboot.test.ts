import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/run/json.ts';
import { tinyGuest } from '../../support/tiny-guest.ts';
import { bake, newHome, readInImage, reasonToSkip, tinyOptions } from './bake.ts';

/** The kernel and the initrd of the tiny guest. */
function kernelOptions(home: string): JsonObject {
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
function installer(home: string, script: string): string {
  const path = join(home, 'installer');
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

describe.skipIf(reasonToSkip() !== undefined)('a machine that starts a kernel', { timeout: 180_000 }, () => {
  it('needs nothing else: files are put into the initrd, and the disk is what the installer made of it', async () => {
    const home = newHome();
    const init = installer(home, 'cat /etc/answers/first.txt /proc/cmdline >/dev/vda; sync; poweroff -f');
    const { error } = await bake(
      tinyOptions(home, {
        ...kernelOptions(home),
        iso_url: null,
        iso_checksum: null,
        disk_image: null,
        skip_resize_disk: null,
        disk_size: '1m',
        format: 'raw',
        initrd_files: { '/init': init },
        initrd_content: { 'etc/answers/first.txt': 'answers of {{ .Name }}\n' },
        communicator: 'none',
        vm_name: 'web',
      }),
      { home },
    );
    expect(error).toBeUndefined();
    const bytes = Buffer.alloc(200);
    const file = openSync(join(home, 'out/web'), 'r');
    readSync(file, bytes);
    closeSync(file);
    expect(bytes.toString()).toMatch(/^answers of web\nconsole=ttyS0.* name=web\n/);
  });

  it('is started from its disk when the installer reboots, and then connected to', async () => {
    const home = newHome();
    const script = 'mount -t ext4 /dev/vda1 /root && echo yes >/root/installed; umount /root; sync; reboot -f';
    const options = { ...kernelOptions(home), initrd_files: { init: installer(home, script) } };
    const { error, small } = await bake(tinyOptions(home, options), {
      home,
      provision: async (guest, _data, signal) => {
        await guest.exec('cp /installed /seen', { signal });
      },
    });
    expect(error).toBeUndefined();
    expect(small.steps.filter((step) => step === 'start machine' || step === 'connect')).toEqual([
      'start machine',
      'connect',
      'start machine',
      'connect',
    ]);
    expect(readInImage(join(home, 'out/web.qcow2'), '/seen')).toBe('yes\n');
  });

  it('is gone on with when its system lets Kiln in', async () => {
    const home = newHome();
    const { error, small } = await bake(tinyOptions(home, kernelOptions(home)), {
      home,
      provision: async (guest, _data, signal) => {
        await guest.exec('cat /proc/cmdline >/cmdline; sync', { signal });
      },
    });
    expect(error).toBeUndefined();
    expect(small.steps.filter((step) => step === 'start machine')).toHaveLength(1);
    expect(readInImage(join(home, 'out/web.qcow2'), '/cmdline')).toContain('name=web.qcow2');
  });

  it('ends the build when a file for the initrd is missing', async () => {
    const home = newHome();
    const initrd_files = { init: join(home, 'missing') };
    const { error } = await bake(tinyOptions(home, { ...kernelOptions(home), initrd_files }), { home });
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE', pointer: '/initrd_files' });
  });
});
