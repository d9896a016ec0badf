import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kernelOptions } from '../../support/qemu/guest-kernel.ts';
import { serve, serveFile } from '../../support/kiln/file-server.ts';
import { bake, byItself, leftovers, mode, newHome, qemusOf, reasonToSkip, tinyOptions } from './bake.ts';

const isRoot = process.getuid?.() === 0;

/** A file system of so many MiB at `path`; needs root. */
function mountSmall(path: string, size: number): void {
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'kiln-test', path]);
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
}

describe.skipIf(reasonToSkip() !== undefined)('a bake that cannot be', { timeout: 120_000 }, () => {
  it('ends when the image is missing', async () => {
    const home = newHome();
    const { error, small } = await bake(tinyOptions(home, { iso_url: join(home, 'none.qcow2') }), { home });
    expect(error).toMatchObject({ code: 'SOURCE_MISSING', pointer: '/iso_url' });
    expect(small.steps.at(-1)).toBe('find source');
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when no place has the image, and says so of each', async () => {
    const home = newHome();
    const options = tinyOptions(home, { iso_url: null, iso_urls: ['/one.qcow2', '/two.qcow2'] });
    const { error } = await bake(options, { home });
    expect(error).toMatchObject({ message: expect.stringMatching(/one\.qcow2.*two\.qcow2/) as string });
  });

  it('ends when the checksum is wrong', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { iso_checksum: `sha256:${'0'.repeat(64)}` }), { home });
    expect(error).toMatchObject({ code: 'CHECKSUM_MISMATCH', pointer: '/iso_checksum' });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when the list of checksums does not name the image', async () => {
    const home = newHome();
    const list = join(home, 'SUMS');
    writeFileSync(list, `${'0'.repeat(64)}  other.qcow2\n${'1'.repeat(64)}  another.qcow2\n`);
    const { error } = await bake(tinyOptions(home, { iso_checksum: `file:${list}` }), { home });
    expect(error).toMatchObject({ code: 'CHECKSUM_NOT_LISTED' });
  });

  it('ends before anything is done when the output exists, which stays', async () => {
    const home = newHome();
    mkdirSync(join(home, 'out'));
    writeFileSync(join(home, 'out/precious'), 'mine');
    const { error, small } = await bake(tinyOptions(home), { home });
    expect(error).toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(small.steps).toEqual(['find qemu', 'prepare output']);
    expect(readFileSync(join(home, 'out/precious'), 'utf8')).toBe('mine');
    expect(leftovers(home)).toEqual(['out']);
  });

  it('ends when QEMU is missing, and says how to get it', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { qemu_binary: 'qemu-system-none' }), { home });
    expect(error).toMatchObject({
      code: 'PROGRAM_MISSING',
      hint: expect.stringContaining('apt-get install') as string,
    });
  });

  it('ends when a disk is to be smaller than its source', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { skip_resize_disk: false, disk_size: '10m' }), { home });
    expect(error).toMatchObject({ code: 'DISK_TOO_SMALL', pointer: '/disk_size' });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when QEMU refuses its arguments, with what QEMU says', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { machine_type: 'toaster' }), { home });
    expect(error).toMatchObject({
      code: 'MACHINE_NOT_STARTED',
      message: expect.stringContaining('unsupported machine type') as string,
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when the firmware is none, with what QEMU says, or with a picture of what the guest shows', async () => {
    const home = newHome();
    const firmware = join(home, 'firmware.bin');
    writeFileSync(firmware, 'no firmware');
    const refused = await bake(tinyOptions(home, { firmware }), { home });
    expect(refused.error).toMatchObject({
      code: 'MACHINE_NOT_STARTED',
      message: expect.stringContaining('could not load PC BIOS') as string,
    });
    writeFileSync(firmware, new Uint8Array(128 * 1024));
    const stuck = await bake(tinyOptions(home, { firmware, ssh_timeout: '3s' }), { home });
    expect(stuck.error).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining("picture of the guest's screen") as string,
    });
    expect(leftovers(home)).toEqual(['firmware.bin']);
  });

  it("says at once that the guest's kernel has panicked", async () => {
    const home = newHome();
    const kernel = { ...kernelOptions(home), initrd_url: null, initrd_checksum: null };
    const { error } = await bake(tinyOptions(home, { ...kernel, ssh_timeout: '5m' }), { home });
    expect(error).toMatchObject({
      code: 'GUEST_PANICKED',
      message: expect.stringMatching(/^the guest's kernel has panicked: VFS: Unable to mount root fs/) as string,
    });
    expect(leftovers(home)).toEqual(['initrd', 'vmlinuz']);
  });

  it('says that there is nothing to boot from, long before the time of SSH has passed', async () => {
    const home = newHome();
    const empty = join(home, 'empty.raw');
    writeFileSync(empty, new Uint8Array(2 ** 20));
    const { error } = await bake(tinyOptions(home, { iso_url: empty, ssh_timeout: '5m' }), { home });
    expect(error).toMatchObject({
      code: 'NOTHING_TO_BOOT',
      message: expect.stringContaining("picture of the guest's screen") as string,
      hint: expect.stringContaining('efi_boot') as string,
    });
    expect(leftovers(home)).toEqual(['empty.raw']);
  });

  it('ends when QEMU is killed, and says so', async () => {
    const home = newHome();
    const onStep = (step: string): void => {
      if (step === 'connect') for (const pid of qemusOf(home)) process.kill(pid, 'SIGKILL');
    };
    const { error } = await bake(tinyOptions(home), { home, onStep });
    expect(error).toMatchObject({
      code: 'MACHINE_DIED',
      message: expect.stringContaining('QEMU was ended by SIGKILL before its time') as string,
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when QEMU hangs, if it is to end when nothing happens', async () => {
    const home = newHome();
    const onStep = (step: string): void => {
      if (step === 'connect') for (const pid of qemusOf(home)) process.kill(pid, 'SIGSTOP');
    };
    const { error } = await bake(tinyOptions(home, { inactivity_timeout: '2s' }), { home, onStep });
    expect(error).toMatchObject({ code: 'MACHINE_INACTIVE' });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when the port is taken', async () => {
    const home = newHome();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const range = { host_port_min: port, host_port_max: port };
    const { error } = await bake(tinyOptions(home, range), { home });
    expect(error).toMatchObject({
      code: 'HOST_PORT_TAKEN',
      message: expect.stringContaining(String(port)) as string,
      pointer: '/host_port_min',
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('shows the end of the console when the guest never answers', async () => {
    const home = newHome();
    const options = tinyOptions(home, { ssh_timeout: '45s', qemuargs: [mode('mute')] });
    const { error, small } = await bake(options, { home });
    expect(error).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining("tiny-guest: booted, mode 'mute'") as string,
    });
    const [, picture = ''] = /picture of the guest's screen: (.*\.png)/.exec(String(error)) ?? [];
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
    expect(small.files.get('screen')).toBe(picture);
    expect(small.files.get('console')).toBe(picture.replace(/png$/, 'log'));
    expect(existsSync(picture.replace(/png$/, 'log'))).toBe(true);
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when nothing happens for too long, whatever it waits for', async () => {
    const home = newHome();
    const options = tinyOptions(home, { ssh_timeout: '5m', inactivity_timeout: '6s', qemuargs: [mode('mute')] });
    const { error } = await bake(options, { home });
    expect(error).toMatchObject({
      code: 'MACHINE_INACTIVE',
      pointer: '/inactivity_timeout',
      message: expect.stringMatching(/nothing has happened for 6 s[^]*picture of/) as string,
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('says at once that the machine has switched itself off, with the end of the console', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { qemuargs: [mode('off')] }), { home });
    expect(error).toMatchObject({
      code: 'MACHINE_DIED',
      message: expect.stringMatching(/switched itself off before its time[^]*tiny-guest: booted/) as string,
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('tells of the machine that died, and not of the connection, while it is provisioned', async () => {
    const home = newHome();
    const provision: Parameters<typeof bake>[1]['provision'] = async (guest, _data, signal) => {
      const { disconnected } = await guest.exec('sleep 60', { signal });
      if (disconnected) throw new Error('the connection is lost');
    };
    const { error } = await bake(tinyOptions(home, { qemuargs: [mode('dies')] }), { home, provision });
    expect(error).toMatchObject({
      code: 'MACHINE_DIED',
      message: expect.stringContaining('tiny-guest: dying') as string,
    });
  });

  it('ends when the guest does not shut down', async () => {
    const home = newHome();
    const options = tinyOptions(home, {
      shutdown_command: '/sbin/poweroff',
      shutdown_timeout: '3s',
      qemuargs: [mode('stuck')],
    });
    const { error } = await bake(options, { home });
    expect(error).toMatchObject({
      code: 'SHUTDOWN_TIMEOUT',
      message: expect.stringContaining('tiny-guest: I stay') as string,
    });
    expect(leftovers(home)).toEqual([]);
  });

  it('ends when the shutdown command fails, with its status', async () => {
    const home = newHome();
    const { error } = await bake(tinyOptions(home, { shutdown_command: 'exit 3', shutdown_timeout: '2s' }), { home });
    expect(error).toMatchObject({ code: 'SHUTDOWN_COMMAND_FAILED', exitStatus: 3 });
  });

  it.skipIf(!isRoot)('ends when the disk is full while the image is downloaded', async () => {
    const home = newHome();
    mountSmall(join(home, 'cache'), 1);
    const { url } = await serve(serveFile({ content: Buffer.alloc(3_000_000, 'kiln') }));
    const { error } = await bake(tinyOptions(home, { iso_url: url }), { home });
    expect(error).toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('KILN_CACHE_DIR') as string });
    expect(leftovers(home)).toEqual([]);
  });

  it.skipIf(!isRoot)('ends at once when the disk is full while the guest writes', async () => {
    const home = newHome();
    const small = join(home, 'small');
    mountSmall(small, 4);
    const options = tinyOptions(home, { output_directory: join(small, 'out') });
    const provision: Parameters<typeof bake>[1]['provision'] = async (guest, _data, signal) => {
      await guest.exec('dd if=/dev/urandom of=/big bs=1M count=20; sync; sleep 60', { signal });
    };
    const { error } = await bake(options, { home, provision });
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    expect(existsSync(join(small, 'out'))).toBe(false);
    expect(leftovers(small)).toEqual([]);
  });

  it.skipIf(!isRoot)('ends when the disk is full while the image is written', async () => {
    const home = newHome();
    const small = join(home, 'small');
    mountSmall(small, 12);
    const { error, small: build } = await bake(
      tinyOptions(home, { ...byItself, output_directory: join(small, 'out') }),
      { home },
    );
    expect(error).toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('free some space') as string });
    expect(build.steps.at(-1)).toBe('save image');
    expect(leftovers(small)).toEqual([]);
  });
});
