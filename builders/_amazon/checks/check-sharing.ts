import { errorAt, StepError, warningAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { Image } from '../api/driver.ts';
import type { CopyOptions } from '../mixins/copy.gen.ts';
import type { DeviceOptions } from '../api/block-devices.ts';
import type { LaunchDevicesOptions } from '../mixins/launch-devices.gen.ts';
import type { ShareOptions } from '../mixins/share.gen.ts';

const CODE = 'AMAZON_SHARE_ENCRYPTED';

const WITH_SOME = ['ami_users', 'ami_org_arns', 'ami_ou_arns', 'snapshot_users'] as const;
const WITH_ALL = ['ami_groups', 'snapshot_groups'] as const;

/** The options that share the images with accounts, and those that make them public. */
export function sharingOptions(options: ShareOptions): {
  readonly some: readonly string[];
  readonly all: readonly string[];
} {
  return {
    some: WITH_SOME.filter((option) => (options[option] ?? []).length > 0),
    all: WITH_ALL.filter((option) => (options[option] ?? []).length > 0),
  };
}

/** How a volume is encrypted that comes to the images as it is. */
interface Encryption {
  readonly encrypted?: boolean | undefined;
  readonly kms_key_id?: string | undefined;
}

/** What of the sharing of images does not fit such a volume, whose options are at `pointer`. */
export function checkSharedVolume(
  options: CopyOptions & ShareOptions,
  { kms_key_id: key = '', encrypted = key !== '' }: Encryption,
  pointer: string,
): readonly Diagnostic[] {
  // With encrypt_boot the images are copies with keys of their own.
  if (!encrypted || options.encrypt_boot === true) return [];
  const { some, all } = sharingOptions(options);
  if (all.length > 0)
    return [errorAt(CODE, pointer, `what is encrypted cannot be public, as ${all.join(', ')} asks for`)];
  if (some.length === 0 || key !== '') return [];
  const message = `the volume gets the account's default key: where that is AWS's own, ${some.join(', ')} is refused`;
  return [warningAt(CODE, pointer, message, { hint: 'name a key of your own for it' })];
}

/**
 * The same of the source's own volumes, which keep their encryption unless a launch device says otherwise. Of a key only
 * KMS knows whose it is, so that a source that cannot be shared is a warning. Throws `StepError` AMAZON_SHARE_ENCRYPTED
 * when the images are to be public.
 */
export function checkSharedSource(
  options: CopyOptions & ShareOptions & LaunchDevicesOptions,
  source: Image,
  warn: (text: string) => void,
): void {
  const { encrypt_boot: isCopied, launch_block_device_mappings: devices = [] } = options;
  const isReplaced = (name: string | undefined): boolean =>
    devices.some(({ device_name: own, no_device: gone, kms_key_id: key = '' }) => own === name && (gone || key !== ''));
  const encrypted = (source.BlockDeviceMappings ?? []).find(
    ({ DeviceName, Ebs }) => Ebs?.Encrypted === true && !isReplaced(DeviceName),
  );
  if (isCopied === true || encrypted === undefined) return;
  const { some, all } = sharingOptions(options);
  const what = `${encrypted.DeviceName ?? 'a volume'} of the source is encrypted`;
  const [option] = all;
  if (option !== undefined) {
    const message = `${what}, and what is encrypted cannot be public, as ${all.join(', ')} asks for`;
    throw new StepError(message, {
      code: CODE,
      pointer: `/${option}`,
      hint: 'start from a source that is not encrypted',
    });
  }
  if (some.length === 0) return;
  const remedy = 'encrypt_boot with kms_key_id makes an AMI with a key of your own';
  warn(`${what}: where the key is AWS's own (aws/ebs), ${some.join(', ')} is refused in the end; ${remedy}`);
}

/** The same of the devices that an instance is launched with. */
export function checkSharing(
  options: CopyOptions & ShareOptions,
  devices: readonly DeviceOptions[] | undefined,
): readonly Diagnostic[] {
  return (devices ?? []).flatMap((device, index) =>
    device.no_device || (device.virtual_name ?? '') !== ''
      ? []
      : checkSharedVolume(options, device, `/launch_block_device_mappings/${index}`),
  );
}
