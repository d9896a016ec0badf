import { errorAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { isGlob } from '../../../plugins/sdk/files.ts';
import { pathOnMedium } from './medium.ts';

const MEDIA_SOURCES = ['cd_files', 'floppy_files', 'floppy_dirs'] as const;
const MEDIA_TEXTS = ['cd_content', 'floppy_content'] as const;

/** Finds files that are not there and paths that cannot be, before anything is made. */
export function checkMedia(config: QemuBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const hint = 'relative paths start from the working directory';
  const missing = MEDIA_SOURCES.flatMap((name) =>
    (config[name] ?? []).flatMap((path, index) =>
      isGlob(path) || context.statPath(path) !== undefined
        ? []
        : [errorAt('QEMU_MEDIA', `/${name}/${index}`, `there is no ${JSON.stringify(path)}`, { hint })],
    ),
  );
  const nowhere = MEDIA_TEXTS.flatMap((name) =>
    Object.keys(config[name] ?? {})
      .filter((path) => pathOnMedium(path) === undefined)
      .map((path) => errorAt('QEMU_MEDIA', `/${name}`, `${JSON.stringify(path)} is no place for a file`)),
  );
  const interfaces = [config.disk_interface, config.cdrom_interface].sort().join(' ');
  const found = [...missing, ...nowhere];
  if (interfaces !== 'scsi virtio-scsi') return found;
  const message = 'disk_interface and cdrom_interface are two kinds of SCSI';
  return [...found, errorAt('QEMU_MEDIA', '/cdrom_interface', message, { hint: `set it to ${config.disk_interface}` })];
}
