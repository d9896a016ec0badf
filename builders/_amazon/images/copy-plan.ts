import { StepError } from '../../../plugins/sdk/index.ts';
import { sharingOptions } from '../checks/check-sharing.ts';
import type { CopyOptions } from '../mixins/copy.gen.ts';
import type { ShareOptions } from '../mixins/share.gen.ts';

/** A copy of the image that was made of the instance. */
export interface PlannedCopy {
  readonly region: string;
  /** Undefined: as what is copied. */
  readonly encrypted: boolean | undefined;
  /** Undefined: the region's default key, or that of what is copied. */
  readonly kmsKeyId: string | undefined;
}

export interface CopyPlan {
  /** The image made of the instance is only there to be copied from; it gets a name of its own and goes. */
  readonly intermediary: boolean;
  readonly copies: readonly PlannedCopy[];
}

/**
 * Which images become of the one that is made of the instance. The build's own region gets a copy when the image has to
 * be encrypted, since an image cannot be encrypted in place.
 */
export function planCopies(options: CopyOptions, home: string): CopyPlan {
  const { encrypt_boot: encrypted, kms_key_id: homeKey = '', region_kms_key_ids: keys = {} } = options;
  const { skip_save_build_region: leaveHome } = options;
  const others = [...new Set(options.ami_regions ?? [])].filter((region) => region !== home);
  const intermediary = encrypted === true || leaveHome;
  const regions = encrypted === true && !leaveHome ? [home, ...others] : others;
  const keyOf = (region: string): string | undefined => {
    const own = keys[region] ?? '';
    const key = region === home && homeKey !== '' ? homeKey : own;
    return encrypted === true && key !== '' ? key : undefined;
  };
  return { intermediary, copies: regions.map((region) => ({ region, encrypted, kmsKeyId: keyOf(region) })) };
}

interface Fault {
  readonly code: string;
  readonly option: string;
  readonly message: string;
  readonly hint?: string;
}

const KEY =
  /^((arn:aws(-[a-z]{2}(-gov)?|-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:)?(key\/)?(mrk-)?[a-f0-9][a-f0-9-]+|(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/[\w:/-]+)$/;

/** What is wrong with the name of a KMS key, and what to do; undefined: nothing. */
export function keyFault(key: string): { readonly message: string; readonly hint: string } | undefined {
  if (KEY.test(key)) return undefined;
  return { message: `${JSON.stringify(key)} is no key of KMS`, hint: 'give the id, "alias/…", or the ARN of the key' };
}

/** The regions whose AMI would be encrypted with the account's default key; `home` undefined: any may be the build's. */
function withDefaultKey(options: CopyOptions, home: string | undefined): readonly string[] {
  const { encrypt_boot: encrypted, kms_key_id: homeKey = '', region_kms_key_ids: keys } = options;
  if (encrypted !== true) return [];
  const keyless = (options.ami_regions ?? []).filter((region) => (keys?.[region] ?? '') === '');
  if (homeKey === '') return [...(options.skip_save_build_region ? [] : ['the region of the build']), ...keyless];
  if (home === undefined && keyless.length === 1) return [];
  return keyless.filter((region) => region !== home);
}

/** What of encryption, copies and sharing cannot go together in a build of the region `home`, as far as that is known. */
export function copyFaults(options: CopyOptions & ShareOptions, home: string | undefined): readonly Fault[] {
  const { encrypt_boot: encrypted, kms_key_id: homeKey = '', region_kms_key_ids: keys } = options;
  const regions = options.ami_regions ?? [];
  const faults: Fault[] = [];
  const given = [
    ...(homeKey === '' ? [] : ([['kms_key_id', homeKey]] as const)),
    ...Object.entries(keys ?? {})
      .filter(([, key]) => key !== '')
      .map(([region, key]) => [`region_kms_key_ids/${region}`, key] as const),
  ];
  for (const [option, key] of given) {
    if (encrypted !== true) {
      faults.push({
        code: 'AMAZON_KMS',
        option,
        message: 'a key needs encrypt_boot',
        hint: 'set encrypt_boot to true',
      });
    }
    const fault = keyFault(key);
    if (fault !== undefined) faults.push({ code: 'AMAZON_KMS', option, ...fault });
  }
  if (keys !== undefined && Object.keys(keys).length > 0) {
    for (const region of Object.keys(keys).filter((each) => !regions.includes(each))) {
      const message = `${region} is not in ami_regions`;
      faults.push({ code: 'AMAZON_KMS', option: `region_kms_key_ids/${region}`, message });
    }
    for (const region of regions.filter((each) => !(each in keys) && !(each === home && homeKey !== ''))) {
      const hint = 'an empty text stands for the default key';
      faults.push({ code: 'AMAZON_KMS', option: 'region_kms_key_ids', message: `no key is given for ${region}`, hint });
    }
  }
  const places = withDefaultKey(options, home);
  const { some, all } = sharingOptions(options);
  for (const option of places.length === 0 ? [] : some) {
    const message = `what is encrypted with a default key cannot be shared (${places.join(', ')})`;
    const hint = 'name a key of your own with kms_key_id and region_kms_key_ids';
    faults.push({ code: 'AMAZON_SHARE_ENCRYPTED', option, message, hint });
  }
  for (const option of encrypted === true ? all : []) {
    faults.push({ code: 'AMAZON_SHARE_ENCRYPTED', option, message: 'what is encrypted cannot be public' });
  }
  if (options.skip_save_build_region && regions.length === 0) {
    const message = 'there would be no AMI: ami_regions is empty';
    faults.push({ code: 'AMAZON_NO_REGION', option: 'skip_save_build_region', message });
  }
  return faults;
}

/** Throws `StepError` for what only shows when the region of the build is known. */
export function checkCopies(options: CopyOptions & ShareOptions, home: string): void {
  const [fault] = copyFaults(options, home);
  if (fault === undefined) return;
  const { code, option, message, hint } = fault;
  throw new StepError(message, { code, pointer: `/${option}`, ...(hint === undefined ? {} : { hint }) });
}
