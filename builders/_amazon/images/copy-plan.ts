import type { CopyOptions, ShareOptions } from '../options.ts';

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

function shared(options: ShareOptions): readonly (readonly [string, boolean])[] {
  const someone = (list: readonly string[] | undefined): boolean => (list ?? []).length > 0;
  return [
    ['ami_users', someone(options.ami_users)],
    ['ami_org_arns', someone(options.ami_org_arns)],
    ['ami_ou_arns', someone(options.ami_ou_arns)],
    ['snapshot_users', someone(options.snapshot_users)],
  ];
}

const KEY =
  /^((arn:aws(-[a-z]{2}(-gov)?|-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:)?(key\/)?(mrk-)?[a-f0-9][a-f0-9-]+|(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:)?alias\/[\w:/-]+)$/;

/** What of encryption, copies and sharing cannot go together. */
export function copyFaults(options: CopyOptions & ShareOptions): readonly Fault[] {
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
    if (!KEY.test(key)) {
      const hint = 'give the id, "alias/…", or the ARN of the key';
      faults.push({ code: 'AMAZON_KMS', option, message: `${JSON.stringify(key)} is no key of KMS`, hint });
    }
  }
  if (keys !== undefined && Object.keys(keys).length > 0) {
    for (const region of Object.keys(keys).filter((each) => !regions.includes(each))) {
      const message = `${region} is not in ami_regions`;
      faults.push({ code: 'AMAZON_KMS', option: `region_kms_key_ids/${region}`, message });
    }
    for (const region of regions.filter((each) => !(each in keys))) {
      const hint = 'an empty text stands for the default key';
      faults.push({ code: 'AMAZON_KMS', option: 'region_kms_key_ids', message: `no key is given for ${region}`, hint });
    }
  }
  const defaultKey =
    encrypted === true && (homeKey === '' ? (options.skip_save_build_region ? [] : ['the region of the build']) : []);
  const withDefaultKey = [
    ...(defaultKey === false ? [] : defaultKey),
    ...(encrypted === true ? regions.filter((region) => (keys?.[region] ?? '') === '') : []),
  ];
  for (const [option] of withDefaultKey.length === 0 ? [] : shared(options).filter(([, wanted]) => wanted)) {
    const message = `what is encrypted with a default key cannot be shared (${withDefaultKey.join(', ')})`;
    const hint = 'name a key of your own with kms_key_id and region_kms_key_ids';
    faults.push({ code: 'AMAZON_SHARE_ENCRYPTED', option, message, hint });
  }
  const toAll = (['ami_groups', 'snapshot_groups'] as const).filter((option) => (options[option] ?? []).length > 0);
  for (const option of encrypted === true ? toAll : []) {
    faults.push({ code: 'AMAZON_SHARE_ENCRYPTED', option, message: 'what is encrypted cannot be public' });
  }
  if (options.skip_save_build_region && regions.length === 0) {
    const message = 'there would be no AMI: ami_regions is empty';
    faults.push({ code: 'AMAZON_NO_REGION', option: 'skip_save_build_region', message });
  }
  return faults;
}
