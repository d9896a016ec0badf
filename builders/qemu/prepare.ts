import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import { bootTexts, checkBootText } from './typing/boot-texts.ts';
import { checkSources } from './source/check-sources.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { bindsOneAddress, isOfOtherProtocol } from './http-address.ts';
import { checkMedia } from './media/check-media.ts';
import { portRange } from './port-range.ts';
import { hasVncPassword } from './machine/vnc-password.ts';

type Diagnostics = readonly Diagnostic[];

function disks(config: QemuBuilderConfig, from: string | undefined): Diagnostics {
  const found: Diagnostic[] = [];
  if (config.use_backing_file && !config.disk_image && from === undefined) {
    found.push(errorAt('QEMU_BACKING_FILE', '/use_backing_file', 'use_backing_file needs a disk_image to refer to'));
  }
  if (config.skip_resize_disk && !config.disk_image && from === undefined) {
    const message = 'skip_resize_disk is for disks that start from an image';
    found.push(errorAt('QEMU_SKIP_RESIZE', '/skip_resize_disk', message, { hint: 'set disk_image, or leave it out' }));
  }
  if (config.use_backing_file && config.format !== 'qcow2') {
    found.push(errorAt('QEMU_BACKING_FILE', '/use_backing_file', 'use_backing_file needs the format qcow2'));
  }
  if (config.disk_compression && config.format !== 'qcow2' && config.format !== 'vmdk') {
    found.push(errorAt('QEMU_COMPRESSION', '/disk_compression', 'disk_compression needs the format qcow2 or vmdk'));
  }
  if (config.disk_detect_zeroes === 'unmap' && config.disk_discard !== 'unmap') {
    const message = 'disk_detect_zeroes "unmap" needs disk_discard "unmap"';
    found.push(errorAt('QEMU_DETECT_ZEROES', '/disk_detect_zeroes', message));
  }
  return found;
}

function machine(config: QemuBuilderConfig, context: PrepareContext): Diagnostics {
  const found: Diagnostic[] = [];
  if (config.firmware !== undefined && config.efi_boot) {
    found.push(
      errorAt('QEMU_FIRMWARE', '/firmware', 'firmware and efi_boot are both given', { hint: 'keep one of them' }),
    );
  }
  if (config.use_pflash && config.firmware === undefined) {
    found.push(
      errorAt('QEMU_FIRMWARE', '/use_pflash', 'use_pflash needs firmware', {
        hint: 'or set efi_boot, without firmware',
      }),
    );
  }
  const files = [
    ...(config.firmware === undefined ? [] : (['firmware'] as const)),
    ...(config.efi_boot ? (['efi_firmware_code', 'efi_firmware_vars'] as const) : []),
  ];
  for (const name of files) {
    const path = config[name] ?? '';
    if (context.statPath(path) === 'file') continue;
    const hint = config.efi_boot
      ? 'Debian has it in the package ovmf'
      : 'relative paths start from the working directory';
    found.push(errorAt('QEMU_FIRMWARE_MISSING', `/${name}`, `no file ${JSON.stringify(path)}`, { hint }));
  }
  const tpmOptions = (['use_tpm1', 'tpm_device_type'] as const).filter((name) =>
    name === 'use_tpm1' ? config.use_tpm1 : config[name] !== 'tpm-tis',
  );
  if (!config.vtpm) found.push(...tpmOptions.map((name) => errorAt('QEMU_TPM', `/${name}`, `${name} needs vtpm`)));
  const { sockets, cores, threads, cpus } = config;
  const places =
    sockets === undefined || cores === undefined || threads === undefined ? undefined : sockets * cores * threads;
  if (cpus !== undefined && places !== undefined && cpus !== places) {
    const message = `cpus is ${cpus}, but sockets, cores and threads make ${places}`;
    found.push(errorAt('QEMU_CPUS', '/cpus', message, { hint: 'leave cpus out' }));
  }
  return found;
}

function network(config: QemuBuilderConfig, context: PrepareContext): Diagnostics {
  const ranges = [
    ['/host_port_max', portRange(config)],
    ['/http_port_max', { first: config.http_port_min, last: config.http_port_max }],
    ['/vnc_port_max', { first: config.vnc_port_min, last: config.vnc_port_max }],
  ] as const;
  const found: Diagnostic[] = ranges
    .filter(([, { first, last }]) => first > last)
    .map(([pointer, { first, last }]) => errorAt('QEMU_PORTS', pointer, `no port is between ${first} and ${last}`));
  if (config.disable_vnc && hasVncPassword(config)) {
    found.push(
      errorAt('QEMU_VNC', '/disable_vnc', 'there is a password for VNC, and no VNC', { hint: 'keep one of them' }),
    );
  }
  if (config.http_directory !== undefined && config.http_content !== undefined) {
    const message = 'http_directory and http_content are both given';
    found.push(errorAt('QEMU_HTTP', '/http_content', message, { hint: 'keep one of them' }));
  }
  if (config.http_interface !== undefined && bindsOneAddress(config)) {
    const message = 'http_interface and http_bind_address both say where the HTTP server listens';
    found.push(errorAt('QEMU_HTTP', '/http_interface', message, { hint: 'keep one of them' }));
  }
  if (isOfOtherProtocol(config)) {
    const message = `${config.http_bind_address} is no address of ${config.http_network_protocol}`;
    found.push(errorAt('QEMU_HTTP', '/http_network_protocol', message));
  }
  if (config.http_directory !== undefined && context.statPath(config.http_directory) !== 'directory') {
    found.push(errorAt('QEMU_HTTP', '/http_directory', `no directory ${JSON.stringify(config.http_directory)}`));
  }
  return found;
}

function bootCommand(config: QemuBuilderConfig): Diagnostics {
  const both = config.boot_command !== undefined && config.boot_steps !== undefined;
  const found = both ? [errorAt('QEMU_BOOT_STEPS', '/boot_steps', 'boot_command and boot_steps are both given')] : [];
  return [...found, ...bootTexts(config).flatMap((text) => checkBootText(text, config.boot_keyboard_layout))];
}

/** What the schema cannot say. */
export function prepare(config: QemuBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...checkSources(config, context),
    ...disks(config, context.from),
    ...machine(config, context),
    ...network(config, context),
    ...checkMedia(config, context),
    ...bootCommand(config),
    ...checkCommunicator(config, context),
  ];
}
