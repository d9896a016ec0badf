import type { RegisterImageCommandInput } from '../_amazon/api/driver.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';

/** What decides on how machines from the AMI start. */
export type BootOptions = Pick<
  AmazonEbssurrogateBuilderConfig,
  | 'ami_architecture'
  | 'ami_root_device'
  | 'ami_virtualization_type'
  | 'boot_mode'
  | 'uefi_data'
  | 'tpm_support'
  | 'ena_support'
  | 'sriov_support'
>;

/** AWS's own rule when no mode is given; keys and a TPM need it said. */
export function bootMode(options: Pick<BootOptions, 'ami_architecture' | 'boot_mode'>): string {
  return options.boot_mode ?? (options.ami_architecture === 'arm64' ? 'uefi' : 'legacy-bios');
}

/** What is said of an AMI when it is registered, but for its name and its devices. */
export function registration(
  options: BootOptions,
): Omit<RegisterImageCommandInput, 'Name' | 'Description' | 'TagSpecifications' | 'DryRun' | 'BlockDeviceMappings'> {
  const { uefi_data: uefiData, tpm_support: tpm, boot_mode: mode } = options;
  const needsUefi = uefiData !== undefined || tpm !== undefined;
  return {
    Architecture: options.ami_architecture,
    RootDeviceName: options.ami_root_device.device_name ?? '',
    VirtualizationType: options.ami_virtualization_type ?? 'hvm',
    ...(mode === undefined && !needsUefi ? {} : { BootMode: mode ?? 'uefi' }),
    ...(uefiData === undefined ? {} : { UefiData: uefiData }),
    ...(tpm === undefined ? {} : { TpmSupport: tpm }),
    ...(options.ena_support === undefined ? {} : { EnaSupport: options.ena_support }),
    ...(options.sriov_support ? { SriovNetSupport: 'simple' } : {}),
  };
}
