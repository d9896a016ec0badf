import { describe, expect, it } from 'vitest';
import { prepare } from '../../../../builders/qemu/prepare.ts';
import type { PrepareContext } from '../../../../core/contract/component.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { qemuConfig } from '../../../support/qemu/qemu-config.ts';

const context: PrepareContext = {
  buildName: 'web',
  builderType: 'qemu',
  force: false,
  from: undefined,
  statPath: (path) => (path.endsWith('/') ? 'directory' : path.startsWith('missing') ? undefined : 'file'),
  readStart: () => undefined,
  environment: () => undefined,
};

const complete = { iso_url: 'disk.qcow2', iso_checksum: 'none', disk_image: true, ssh_username: 'root' };

function findings(options: JsonObject, changed: Partial<PrepareContext> = {}): readonly string[] {
  return prepare(qemuConfig({ ...complete, ...options }), { ...context, ...changed }).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
}

function without(name: keyof typeof complete): JsonObject {
  return Object.fromEntries(Object.entries(complete).filter(([key]) => key !== name));
}

describe('the options of a qemu builder', () => {
  it('are fine with a source, its checksum and a user', () => {
    expect(findings({})).toEqual([]);
  });

  it('need a source, unless the source is another build', () => {
    const config = qemuConfig({ ssh_username: 'root' });
    expect(prepare(config, context).map(({ code }) => code)).toEqual(['QEMU_SOURCE_MISSING']);
    expect(prepare(config, { ...context, from: 'base' })).toEqual([]);
  });

  it('need a checksum', () => {
    const [found] = prepare(qemuConfig(without('iso_checksum')), context);
    expect(found).toMatchObject({ code: 'QEMU_CHECKSUM_MISSING', hint: expect.stringContaining('"none"') as string });
  });

  it('need no checksum of what QEMU reads from a URL, and one of a file', () => {
    const options = { ...without('iso_checksum'), iso_skip_cache: true };
    expect(prepare(qemuConfig({ ...options, iso_url: 'https://host/a.iso' }), context)).toEqual([]);
    expect(prepare(qemuConfig(options), context).map(({ code }) => code)).toEqual(['QEMU_CHECKSUM_MISSING']);
  });

  it.each([
    [{ iso_urls: ['a.qcow2'] }, 'QEMU_SOURCE_TWICE /iso_urls'],
    [{ iso_url: 'gopher://host/a' }, 'QEMU_SOURCE_URL /iso_url'],
    [{ iso_checksum: 'sha256:12' }, 'QEMU_CHECKSUM /iso_checksum'],
    [{ disk_image: false, use_backing_file: true }, 'QEMU_BACKING_FILE /use_backing_file'],
    [{ format: 'raw', use_backing_file: true }, 'QEMU_BACKING_FILE /use_backing_file'],
    [{ format: 'raw', disk_compression: true }, 'QEMU_COMPRESSION /disk_compression'],
    [{ kernel_args: 'quiet' }, 'QEMU_KERNEL /kernel_args'],
    [{ kernel_url: 'linux' }, 'QEMU_CHECKSUM_MISSING '],
    [{ kernel_url: 'ftp://host/linux', kernel_checksum: 'none' }, 'QEMU_SOURCE_URL /kernel_url'],
    [{ kernel_url: 'linux', kernel_checksum: 'sha256:12' }, 'QEMU_CHECKSUM /kernel_checksum'],
    [{ disk_detect_zeroes: 'unmap', disk_discard: 'ignore' }, 'QEMU_DETECT_ZEROES /disk_detect_zeroes'],
    [{ firmware: 'bios.bin', efi_boot: true }, 'QEMU_FIRMWARE /firmware'],
    [{ firmware: 'missing.bin' }, 'QEMU_FIRMWARE_MISSING /firmware'],
    [{ efi_boot: true, efi_firmware_vars: 'missing.fd' }, 'QEMU_FIRMWARE_MISSING /efi_firmware_vars'],
    [{ use_pflash: true }, 'QEMU_FIRMWARE /use_pflash'],
    [{ use_tpm1: true }, 'QEMU_TPM /use_tpm1'],
    [{ tpm_device_type: 'tpm-crb' }, 'QEMU_TPM /tpm_device_type'],
    [{ disable_vnc: true, vnc_password: 'x' }, 'QEMU_VNC /disable_vnc'],
    [{ cpus: 3, sockets: 1, cores: 2, threads: 1 }, 'QEMU_CPUS /cpus'],
    [{ cd_files: ['disk', 'missing/a'] }, 'QEMU_MEDIA /cd_files/1'],
    [{ floppy_dirs: ['missing'] }, 'QEMU_MEDIA /floppy_dirs/0'],
    [{ cd_content: { '../a': '' } }, 'QEMU_MEDIA /cd_content'],
    [{ floppy_content: { 'a/': '' } }, 'QEMU_MEDIA /floppy_content'],
    [{ disk_interface: 'scsi', cdrom_interface: 'virtio-scsi' }, 'QEMU_MEDIA /cdrom_interface'],
    [{ host_port_min: 3000, host_port_max: 2999 }, 'QEMU_PORTS /host_port_max'],
    [{ http_port_min: 9001 }, 'QEMU_PORTS /http_port_max'],
    [{ vnc_port_min: 6001 }, 'QEMU_PORTS /vnc_port_max'],
    [{ http_directory: 'files/', http_content: { '/a': 'b' } }, 'QEMU_HTTP /http_content'],
    [{ http_directory: 'missing/files' }, 'QEMU_HTTP /http_directory'],
    [{ http_interface: 'eth0', http_bind_address: '192.0.2.1' }, 'QEMU_HTTP /http_interface'],
    [{ http_network_protocol: 'tcp6', http_bind_address: '192.0.2.1' }, 'QEMU_HTTP /http_network_protocol'],
    [{ http_network_protocol: 'tcp4', http_bind_address: 'fd00::1' }, 'QEMU_HTTP /http_network_protocol'],
    [
      { iso_url: 'https://host/a', iso_skip_cache: true, iso_checksum: 'md5:d41d8cd98f00b204e9800998ecf8427e' },
      'QEMU_CHECKSUM_UNUSED /iso_checksum',
    ],
    [{ skip_resize_disk: true, disk_image: false }, 'QEMU_SKIP_RESIZE /skip_resize_disk'],
    [{ ssh_username: '' }, 'SSH_USERNAME_REQUIRED '],
  ])('%j: %s', (options, finding) => {
    expect(findings(options)).toEqual([finding]);
  });

  it('cannot name a source beside another build', () => {
    expect(findings({}, { from: 'base' })).toEqual(['QEMU_SOURCE_TWICE /iso_url', 'QEMU_SOURCE_TWICE /iso_checksum']);
  });
});

describe('the checksum of a qemu builder', () => {
  const list: Partial<PrepareContext> = {
    readStart: (path) => (path.endsWith('SUMS') ? Buffer.from(`${'a'.repeat(64)}  ./x/disk.qcow2\n`) : undefined),
  };

  it.each(['http://host/a.iso', 'https://host/a.iso'])('is missed where the file comes from %s', (iso_url) => {
    const [found] = prepare(qemuConfig({ ...complete, iso_url }), context);
    expect(found).toMatchObject({ severity: 'warning', code: 'QEMU_UNCHECKED', pointer: '/iso_checksum' });
    expect(found?.message.includes('plain http')).toBe(iso_url.startsWith('http:'));
  });

  it('is missed above all over plain http, also for kernels and for what QEMU reads itself', () => {
    const places = { iso_url: '', iso_urls: ['https://host/a.iso', 'http://me:pw@mirror/a.iso?sig=5ec'] };
    const [found] = prepare(qemuConfig({ ...complete, ...places, iso_url: null }), context);
    expect(found?.message).toContain('http://mirror/a.iso?…');
    const kernel = { kernel_url: 'http://host/linux', kernel_checksum: 'none' };
    expect(findings(kernel)).toEqual(['QEMU_UNCHECKED /kernel_checksum']);
    expect(findings({ iso_url: 'http://host/a', iso_skip_cache: true })).toEqual(['QEMU_UNCHECKED /iso_checksum']);
  });

  it.each([
    [{ iso_checksum: 'file:missing/SHA256' }],
    [{ iso_checksum: 'file:///SUMS', iso_url: 'other.qcow2' }],
    [{ iso_checksum: 'file:./SUMS', iso_url: 'https://host/other.qcow2' }],
  ])('has to be in a list on this machine: %j', (options) => {
    expect(findings(options, list)).toEqual(['QEMU_CHECKSUM_LIST /iso_checksum']);
  });

  it('of a kernel too', () => {
    const kernel = { kernel_url: 'linux', kernel_checksum: 'file:SUMS' };
    expect(findings(kernel, list)).toEqual(['QEMU_CHECKSUM_LIST /kernel_checksum']);
  });

  it('is fine in a list that has it, or that nobody can read before the build', () => {
    expect(findings({ iso_checksum: 'file:SUMS' }, list)).toEqual([]);
    expect(findings({ iso_checksum: 'file:https://host/SUMS' }, list)).toEqual([]);
  });

  it('is no image', () => {
    const swapped = { iso_url: 'SUMS', iso_checksum: 'file:disk.iso' };
    const [found] = prepare(qemuConfig({ ...complete, ...swapped }), {
      ...context,
      readStart: () => Buffer.alloc(512),
    });
    expect(found).toMatchObject({ code: 'QEMU_CHECKSUM_LIST', hint: 'are the source and its checksum swapped?' });
  });
});
