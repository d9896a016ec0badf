import type { Diagnostic } from '../../../plugins/sdk/index.ts';
import type { CopyOptions, DeviceOptions, ShareOptions } from '../options.ts';
import { error, warning } from './diagnostics.ts';

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

function isEncrypted({
  encrypted,
  kms_key_id: key = '',
  no_device: none,
  virtual_name: name = '',
}: DeviceOptions): boolean {
  return !none && name === '' && (encrypted ?? key !== '');
}

/** What of the sharing of images does not fit devices that are launched encrypted, and come to the images as they are. */
export function checkSharing(
  options: CopyOptions & ShareOptions,
  devices: readonly DeviceOptions[] | undefined,
): readonly Diagnostic[] {
  // Then the images are copies with keys of their own.
  if (options.encrypt_boot === true) return [];
  const { some, all } = sharingOptions(options);
  return (devices ?? []).flatMap((device, index) => {
    if (!isEncrypted(device)) return [];
    const pointer = `/launch_block_device_mappings/${index}`;
    if (all.length > 0)
      return [error(CODE, pointer, `what is encrypted cannot be public, as ${all.join(', ')} asks for`)];
    if (some.length === 0 || (device.kms_key_id ?? '') !== '') return [];
    const message = `the volume is encrypted with the account's default key: with AWS's own one, ${some.join(', ')} is refused`;
    return [warning(CODE, pointer, message, 'name a key of your own with kms_key_id')];
  });
}
