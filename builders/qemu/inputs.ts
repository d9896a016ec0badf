import type { BuildRun } from '../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { parseLocation } from '../_shared/download/location.ts';

function localPath(place: string): readonly string[] {
  const location = parseLocation(place);
  return location?.kind === 'file' ? [location.path] : [];
}

/** A pattern stands for what is in the directory before its first wildcard. */
function withoutPattern(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[^/]*[*?[].*$/, '.') : path;
}

/** Files and directories of this machine that the machine is made of. */
export function inputsOf(config: QemuBuilderConfig, { source }: Pick<BuildRun, 'source'>): readonly string[] {
  const { iso_url: url, kernel_url: kernel, initrd_url: initrd, initrd_files: initrdFiles = {} } = config;
  const places = [url, ...(config.iso_urls ?? []), kernel, initrd].filter((place) => place !== undefined);
  const { firmware, efi_firmware_code: code, efi_firmware_vars: vars, http_directory: http } = config;
  const named = [firmware, code, vars, http, config.iso_target_path, config.ssh_private_key_file];
  const listed = [config.cd_files ?? [], config.floppy_files ?? [], config.floppy_dirs ?? []].flat();
  return [
    ...places.flatMap(localPath),
    ...named.filter((path) => path !== undefined),
    ...[...listed, ...Object.values(initrdFiles)].map(withoutPattern),
    ...(source?.files ?? []),
  ];
}
