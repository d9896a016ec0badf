import { prepareCommunicator, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { bootTexts, checkBootText } from './boot-texts.ts';
import { parseChecksum } from './checksum.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { bindsOneAddress, isOfOtherProtocol } from './http-address.ts';
import { parseLocation } from './location.ts';
import { checkMedia } from './media/check-media.ts';
import { portRange } from './port-range.ts';
import { hasVncPassword } from './vnc-password.ts';

type Found = readonly Diagnostic[];

function error(code: string, pointer: string, message: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) };
}

function source(config: QemuBuilderConfig, from: string | undefined): Found {
  const given = (['iso_url', 'iso_urls', 'iso_checksum'] as const).filter((name) => config[name] !== undefined);
  if (from !== undefined) {
    return given.map((name) =>
      error('QEMU_SOURCE_TWICE', `/${name}`, `${name} and from are both given`, `the source is the build ${from}`),
    );
  }
  if (config.iso_url === undefined && config.iso_urls === undefined) {
    if (config.kernel_url !== undefined) return [];
    const hint = 'set iso_url, kernel_url, or from to a build';
    return [error('QEMU_SOURCE_MISSING', '', 'there is nothing to start from', hint)];
  }
  const found: Diagnostic[] = [];
  if (config.iso_url !== undefined && config.iso_urls !== undefined) {
    found.push(error('QEMU_SOURCE_TWICE', '/iso_urls', 'iso_url and iso_urls are both given', 'keep one of them'));
  }
  const urls = [
    ...(config.iso_url === undefined ? [] : [['/iso_url', config.iso_url] as const]),
    ...(config.iso_urls ?? []).map((url, index) => [`/iso_urls/${index}`, url] as const),
  ];
  for (const [pointer, url] of urls) {
    if (parseLocation(url) !== undefined) continue;
    const hint = 'give a path, or a URL with file, http, https, s3 or gs';
    found.push(error('QEMU_SOURCE_URL', pointer, `${JSON.stringify(url)} is no place Kiln can read from`, hint));
  }
  const skipsCache = config.iso_skip_cache && urls.some(([, url]) => parseLocation(url)?.kind === 'web');
  return [...found, ...(skipsCache ? unusedChecksum(config) : checksum('iso_checksum', config.iso_checksum))];
}

function unusedChecksum({ iso_checksum: text = 'none' }: QemuBuilderConfig): Found {
  if (text.trim().toLowerCase() === 'none') return [];
  const message = 'with iso_skip_cache nothing compares the checksum of what QEMU reads from a URL';
  const hint = 'leave iso_skip_cache out, or set iso_checksum to "none"';
  return [{ severity: 'warning', code: 'QEMU_CHECKSUM_UNUSED', message, pointer: '/iso_checksum', hint }];
}

const KERNEL_OPTIONS = ['initrd_url', 'initrd_files', 'initrd_content', 'kernel_args'] as const;

function kernel(config: QemuBuilderConfig): Found {
  if (config.kernel_url === undefined) {
    return KERNEL_OPTIONS.filter((name) => config[name] !== undefined).map((name) =>
      error('QEMU_KERNEL', `/${name}`, `${name} needs kernel_url`),
    );
  }
  const places = [
    ['kernel', config.kernel_url],
    ...(config.initrd_url === undefined ? [] : ([['initrd', config.initrd_url]] as const)),
  ] as const;
  const found = places.flatMap(([name, url]) =>
    parseLocation(url) === undefined
      ? [error('QEMU_SOURCE_URL', `/${name}_url`, `${JSON.stringify(url)} is no place Kiln can read from`)]
      : checksum(`${name}_checksum`, config[`${name}_checksum`]),
  );
  const twice = Object.keys(config.initrd_content ?? {}).filter((path) => config.initrd_files?.[path] !== undefined);
  return [...found, ...twice.map((path) => error('QEMU_KERNEL', '/initrd_content', `${path} is in initrd_files too`))];
}

function checksum(name: string, text: string | undefined): Found {
  const hint = 'give the digest, "file:" and the place of a list of checksums, or "none" to go without';
  if (text === undefined) return [error('QEMU_CHECKSUM_MISSING', '', `${name} is required`, hint)];
  const parsed = parseChecksum(text);
  if (parsed === undefined || (parsed.kind === 'list' && parseLocation(parsed.location) === undefined)) {
    return [error('QEMU_CHECKSUM', `/${name}`, `${JSON.stringify(text)} is not a checksum`, hint)];
  }
  return [];
}

function disks(config: QemuBuilderConfig, from: string | undefined): Found {
  const found: Diagnostic[] = [];
  if (config.use_backing_file && !config.disk_image && from === undefined) {
    found.push(error('QEMU_BACKING_FILE', '/use_backing_file', 'use_backing_file needs a disk_image to refer to'));
  }
  if (config.use_backing_file && config.format !== 'qcow2') {
    found.push(error('QEMU_BACKING_FILE', '/use_backing_file', 'use_backing_file needs the format qcow2'));
  }
  if (config.disk_compression && config.format !== 'qcow2' && config.format !== 'vmdk') {
    found.push(error('QEMU_COMPRESSION', '/disk_compression', 'disk_compression needs the format qcow2 or vmdk'));
  }
  if (config.disk_detect_zeroes === 'unmap' && config.disk_discard !== 'unmap') {
    const message = 'disk_detect_zeroes "unmap" needs disk_discard "unmap"';
    found.push(error('QEMU_DETECT_ZEROES', '/disk_detect_zeroes', message));
  }
  return found;
}

function machine(config: QemuBuilderConfig, context: PrepareContext): Found {
  const found: Diagnostic[] = [];
  if (config.firmware !== undefined && config.efi_boot) {
    found.push(error('QEMU_FIRMWARE', '/firmware', 'firmware and efi_boot are both given', 'keep one of them'));
  }
  if (config.use_pflash && config.firmware === undefined) {
    found.push(error('QEMU_FIRMWARE', '/use_pflash', 'use_pflash needs firmware', 'or set efi_boot, without firmware'));
  }
  const files = [
    ...(config.firmware === undefined ? [] : (['firmware'] as const)),
    ...(config.efi_boot ? (['efi_firmware_code', 'efi_firmware_vars'] as const) : []),
  ];
  for (const name of files) {
    const path = config[name] ?? '';
    if (context.look(path) === 'file') continue;
    const hint = config.efi_boot
      ? 'Debian has it in the package ovmf'
      : 'relative paths start from the working directory';
    found.push(error('QEMU_FIRMWARE_MISSING', `/${name}`, `no file ${JSON.stringify(path)}`, hint));
  }
  const tpmOptions = (['use_tpm1', 'tpm_device_type'] as const).filter((name) =>
    name === 'use_tpm1' ? config.use_tpm1 : config[name] !== 'tpm-tis',
  );
  if (!config.vtpm) found.push(...tpmOptions.map((name) => error('QEMU_TPM', `/${name}`, `${name} needs vtpm`)));
  const { sockets, cores, threads, cpus } = config;
  const places =
    sockets === undefined || cores === undefined || threads === undefined ? undefined : sockets * cores * threads;
  if (cpus !== undefined && places !== undefined && cpus !== places) {
    const message = `cpus is ${cpus}, but sockets, cores and threads make ${places}`;
    found.push(error('QEMU_CPUS', '/cpus', message, 'leave cpus out'));
  }
  return found;
}

function network(config: QemuBuilderConfig, context: PrepareContext): Found {
  const ranges = [
    ['/host_port_max', portRange(config)],
    ['/http_port_max', { first: config.http_port_min, last: config.http_port_max }],
    ['/vnc_port_max', { first: config.vnc_port_min, last: config.vnc_port_max }],
  ] as const;
  const found: Diagnostic[] = ranges
    .filter(([, { first, last }]) => first > last)
    .map(([pointer, { first, last }]) => error('QEMU_PORTS', pointer, `no port is between ${first} and ${last}`));
  if (config.disable_vnc && hasVncPassword(config)) {
    found.push(error('QEMU_VNC', '/disable_vnc', 'there is a password for VNC, and no VNC', 'keep one of them'));
  }
  if (config.http_directory !== undefined && config.http_content !== undefined) {
    const message = 'http_directory and http_content are both given';
    found.push(error('QEMU_HTTP', '/http_content', message, 'keep one of them'));
  }
  if (config.http_interface !== undefined && bindsOneAddress(config)) {
    const message = 'http_interface and http_bind_address both say where the HTTP server listens';
    found.push(error('QEMU_HTTP', '/http_interface', message, 'keep one of them'));
  }
  if (isOfOtherProtocol(config)) {
    const message = `${config.http_bind_address} is no address of ${config.http_network_protocol}`;
    found.push(error('QEMU_HTTP', '/http_network_protocol', message));
  }
  if (config.http_directory !== undefined && context.look(config.http_directory) !== 'directory') {
    found.push(error('QEMU_HTTP', '/http_directory', `no directory ${JSON.stringify(config.http_directory)}`));
  }
  if (
    config.skip_nat_mapping &&
    config.net_bridge === undefined &&
    config.communicator !== 'none' &&
    (config[`${config.communicator}_host`] ?? '') === ''
  ) {
    const hint = `set ${config.communicator}_host to the address of the guest`;
    found.push(error('QEMU_NO_ADDRESS', '/skip_nat_mapping', 'nothing says how to reach the guest', hint));
  }
  return found;
}

function bootCommand(config: QemuBuilderConfig): Found {
  const both = config.boot_command !== undefined && config.boot_steps !== undefined;
  const found = both ? [error('QEMU_BOOT_STEPS', '/boot_steps', 'boot_command and boot_steps are both given')] : [];
  return [...found, ...bootTexts(config).flatMap((text) => checkBootText(text, config.boot_keyboard_layout))];
}

/** What the schema cannot say. */
export function prepare(config: QemuBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  return [
    ...source(config, context.from),
    ...kernel(config),
    ...disks(config, context.from),
    ...machine(config, context),
    ...network(config, context),
    ...checkMedia(config, context),
    ...bootCommand(config),
    ...prepareCommunicator(config, context),
  ];
}
