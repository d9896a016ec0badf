import type { QemuBuilderConfig } from '../config.gen.ts';

function isAny(values: readonly (object | undefined)[]): boolean {
  return values.some((value) => value !== undefined && Object.keys(value).length > 0);
}

export function hasCd(config: Pick<QemuBuilderConfig, 'cd_files' | 'cd_content'>): boolean {
  return isAny([config.cd_files, config.cd_content]);
}

export function hasFloppy(config: Pick<QemuBuilderConfig, 'floppy_files' | 'floppy_dirs' | 'floppy_content'>): boolean {
  return isAny([config.floppy_files, config.floppy_dirs, config.floppy_content]);
}
