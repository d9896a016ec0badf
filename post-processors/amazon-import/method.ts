import type { Disk } from '../../plugins/sdk/index.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';

export type Method = NonNullable<AmazonImportPostProcessorConfig['method']>;
export type Format = NonNullable<AmazonImportPostProcessorConfig['format']>;

/** What each way can take. */
export const formats: Readonly<Record<Method, readonly Format[]>> = {
  'ebs-direct': ['qcow2', 'raw', 'vmdk'],
  'import-image': ['ova', 'raw', 'vhd', 'vhdx', 'vmdk'],
};

/** A template that names a bucket means what Packer would do with it. */
export function methodOf({ method, s3_bucket_name: bucket = '' }: AmazonImportPostProcessorConfig): Method {
  return method ?? (bucket === '' ? 'ebs-direct' : 'import-image');
}

/** `firmware` is what the builder says that the disk boots with; Packer does not ask it, and neither does import-image. */
export function bootModeOf(
  config: AmazonImportPostProcessorConfig,
  firmware: Disk['firmware'],
): 'legacy-bios' | 'uefi' | 'uefi-preferred' {
  const { boot_mode: given, architecture } = config;
  const uefi = architecture === 'arm64' || (methodOf(config) === 'ebs-direct' && firmware?.includes('bios') === false);
  return given ?? (uefi ? 'uefi' : 'legacy-bios');
}
