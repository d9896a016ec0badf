import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installer, kernelOptions } from '../../support/qemu/guest-kernel.ts';
import { bake, newHome, readInImage, reasonToSkip, tinyOptions } from './bake.ts';

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
    const options = { ...kernelOptions(home), initrd_files: [installer(home, script)] };
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
