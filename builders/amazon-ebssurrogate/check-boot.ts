import { errorAt, warningAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import { isSpot } from '../_amazon/instance/launch-data.ts';
import type { AmazonEbssurrogateBuilderConfig } from './config.gen.ts';
import { bootMode, type BootOptions } from './registration.ts';

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** What the schema cannot say of how machines from the AMI start. */
function bootFaults(config: BootOptions): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const mode = bootMode(config);
  const { ami_architecture: architecture, uefi_data: data, tpm_support: tpm } = config;
  if (architecture.startsWith('arm64') && mode === 'legacy-bios' && config.boot_mode !== undefined) {
    found.push(errorAt('AMAZON_BOOT', '/boot_mode', `${architecture} boots with UEFI only`));
  }
  const hint = 'set boot_mode to uefi';
  if (data !== undefined && mode === 'legacy-bios') {
    found.push(errorAt('AMAZON_BOOT', '/uefi_data', 'uefi_data needs a boot_mode with UEFI', { hint }));
  }
  if (data !== undefined && !isBase64(data)) {
    found.push(errorAt('AMAZON_BOOT', '/uefi_data', 'uefi_data is not base64'));
  }
  if (tpm !== undefined && mode === 'legacy-bios') {
    found.push(errorAt('AMAZON_BOOT', '/tpm_support', 'a TPM needs a boot_mode with UEFI', { hint }));
  }
  return found;
}

const INHERITED = ['boot_mode', 'uefi_data', 'tpm_support', 'snapshot_description'] as const;

/** What an image of an instance has from the instance, so that the template's word does not count. */
function inherited(config: AmazonEbssurrogateBuilderConfig): readonly Diagnostic[] {
  const hint = 'leave it out, or leave out use_create_image';
  const found = INHERITED.filter((name) => config[name] !== undefined).map((name) =>
    warningAt('AMAZON_NO_EFFECT', `/${name}`, `with use_create_image, ${name} has no effect`, { hint }),
  );
  if (!isSpot(config)) return found;
  const message = 'the volumes of a spot instance cannot be swapped: it cannot be stopped';
  return [...found, errorAt('AMAZON_SPOT', '/use_create_image', message)];
}

export function checkBoot(config: AmazonEbssurrogateBuilderConfig): readonly Diagnostic[] {
  return config.use_create_image ? inherited(config) : bootFaults(config);
}
