import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';

type Config = OpenstackImportPostProcessorConfig;

/** What a disk image is, by Glance's names. An ova is a container with a vmdk in it. */
export type Format = NonNullable<Config['format']>;

/** What QEMU can make of a disk. */
export type DiskFormat = NonNullable<Config['image_disk_format']>;

/** QEMU's own names where they are others. */
const QEMU_NAMES: Readonly<Partial<Record<Format, string>>> = { vhd: 'vpc' };

const FORMATS: readonly Format[] = ['iso', 'ova', 'qcow2', 'raw', 'vdi', 'vhd', 'vhdx', 'vmdk'];

/** The name by which QEMU's programs know a format. */
export function qemuName(format: Format): string {
  return QEMU_NAMES[format] ?? format;
}

/** What QEMU calls so; undefined when Glance has no such format. */
export function formatCalled(name: string): Format | undefined {
  return FORMATS.find((format) => qemuName(format) === name);
}

/** Whether QEMU can read it as a disk. */
export function isDisk(format: Format): format is DiskFormat {
  return format !== 'iso' && format !== 'ova';
}

/** How Glance is told of a format. */
export function glanceFormats(format: Format): { readonly disk_format: string; readonly container_format: string } {
  return format === 'ova'
    ? { disk_format: 'vmdk', container_format: 'ova' }
    : { disk_format: format, container_format: 'bare' };
}
