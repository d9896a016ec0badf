import { describe, expect, it } from 'vitest';
import { checkCopies, copyFaults, planCopies } from '../../../../../builders/_amazon/images/copy-plan.ts';
import type { CopyOptions } from '../../../../../builders/_amazon/mixins/copy.gen.ts';
import type { ShareOptions } from '../../../../../builders/_amazon/mixins/share.gen.ts';

const HOME = 'eu-central-1';
const KEY = 'alias/home';
const OTHER = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-1111-2222-333344445555';

/** Options, whether the first image is only there to be copied from, and the copies: region, encrypted, key. */
type Row = readonly [Partial<CopyOptions>, boolean, readonly (readonly [string, boolean | undefined, string?])[]];

const rows: readonly Row[] = [
  [{}, false, []],
  [{ encrypt_boot: false }, false, []],
  [{ encrypt_boot: true }, true, [[HOME, true]]],
  [{ encrypt_boot: true, kms_key_id: KEY }, true, [[HOME, true, KEY]]],
  [{ ami_regions: ['us-east-1'] }, false, [['us-east-1', undefined]]],
  [{ ami_regions: ['us-east-1'], encrypt_boot: false }, false, [['us-east-1', false]]],
  [{ ami_regions: [HOME, 'us-east-1', 'us-east-1'] }, false, [['us-east-1', undefined]]],
  [
    { ami_regions: ['us-east-1'], encrypt_boot: true },
    true,
    [
      [HOME, true],
      ['us-east-1', true],
    ],
  ],
  [
    { ami_regions: ['us-east-1'], encrypt_boot: true, kms_key_id: KEY, region_kms_key_ids: { 'us-east-1': OTHER } },
    true,
    [
      [HOME, true, KEY],
      ['us-east-1', true, OTHER],
    ],
  ],
  [
    { ami_regions: ['us-east-1'], encrypt_boot: true, region_kms_key_ids: { 'us-east-1': '' } },
    true,
    [
      [HOME, true],
      ['us-east-1', true],
    ],
  ],
  [
    { ami_regions: [HOME, 'us-east-1'], encrypt_boot: true, region_kms_key_ids: { [HOME]: KEY, 'us-east-1': OTHER } },
    true,
    [
      [HOME, true, KEY],
      ['us-east-1', true, OTHER],
    ],
  ],
  [{ ami_regions: ['us-east-1'], skip_save_build_region: true }, true, [['us-east-1', undefined]]],
  [
    { ami_regions: ['us-east-1'], skip_save_build_region: true, encrypt_boot: true, kms_key_id: KEY },
    true,
    [['us-east-1', true]],
  ],
];

describe('the images that become of the one that is made of the instance', () => {
  it.each(rows)('%j', (options, intermediary, copies) => {
    expect(planCopies({ skip_save_build_region: false, ...options }, HOME)).toEqual({
      intermediary,
      copies: copies.map(([region, encrypted, kmsKeyId]) => ({ region, encrypted, kmsKeyId })),
    });
  });
});

type Faulty = readonly [Partial<CopyOptions & ShareOptions>, readonly string[]];

const faulty: readonly Faulty[] = [
  [{}, []],
  [{ ami_users: ['123456789012'], ami_groups: ['all'], snapshot_groups: ['all'] }, []],
  [{ encrypt_boot: true, kms_key_id: KEY, ami_users: ['123456789012'], snapshot_users: ['123456789012'] }, []],
  [{ encrypt_boot: true, ami_users: ['123456789012'] }, ['AMAZON_SHARE_ENCRYPTED ami_users']],
  [{ encrypt_boot: true, snapshot_users: ['123456789012'] }, ['AMAZON_SHARE_ENCRYPTED snapshot_users']],
  [
    { encrypt_boot: true, ami_org_arns: ['arn'], ami_ou_arns: ['arn'] },
    ['AMAZON_SHARE_ENCRYPTED ami_org_arns', 'AMAZON_SHARE_ENCRYPTED ami_ou_arns'],
  ],
  [
    { encrypt_boot: true, kms_key_id: KEY, ami_regions: ['us-east-1'], ami_users: ['123456789012'] },
    ['AMAZON_SHARE_ENCRYPTED ami_users'],
  ],
  [
    {
      encrypt_boot: true,
      skip_save_build_region: true,
      ami_regions: ['us-east-1'],
      region_kms_key_ids: { 'us-east-1': OTHER },
      ami_users: ['123456789012'],
    },
    [],
  ],
  [{ encrypt_boot: true, kms_key_id: KEY, ami_groups: ['all'] }, ['AMAZON_SHARE_ENCRYPTED ami_groups']],
  [{ kms_key_id: KEY }, ['AMAZON_KMS kms_key_id']],
  [{ encrypt_boot: false, kms_key_id: KEY }, ['AMAZON_KMS kms_key_id']],
  [{ encrypt_boot: true, kms_key_id: 'my key' }, ['AMAZON_KMS kms_key_id']],
  [{ encrypt_boot: true, kms_key_id: 'mrk-0a1b2c3d4e5f' }, []],
  [{ encrypt_boot: true, kms_key_id: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/a' }, []],
  [{ encrypt_boot: true, region_kms_key_ids: { 'us-east-1': OTHER } }, ['AMAZON_KMS region_kms_key_ids/us-east-1']],
  [
    { encrypt_boot: true, ami_regions: ['us-east-1', 'us-west-2'], region_kms_key_ids: { 'us-east-1': OTHER } },
    ['AMAZON_KMS region_kms_key_ids'],
  ],
  [{ skip_save_build_region: true }, ['AMAZON_NO_REGION skip_save_build_region']],
  [{ encrypt_boot: true, kms_key_id: KEY, ami_regions: [HOME], ami_users: ['123456789012'] }, []],
  [
    {
      encrypt_boot: true,
      kms_key_id: KEY,
      ami_regions: [HOME, 'us-east-1'],
      region_kms_key_ids: { 'us-east-1': OTHER },
      ami_users: ['123456789012'],
    },
    [],
  ],
  [
    { encrypt_boot: true, ami_regions: [HOME], region_kms_key_ids: { [HOME]: '' }, snapshot_users: ['123456789012'] },
    ['AMAZON_SHARE_ENCRYPTED snapshot_users'],
  ],
];

describe('what of encryption, copies and sharing cannot go together', () => {
  it.each(faulty)('%j', (options, expected) => {
    const faults = copyFaults({ skip_save_build_region: false, ...options }, HOME);
    expect(faults.map(({ code, option }) => `${code} ${option}`)).toEqual(expected);
  });
});

describe('while nobody knows the region of the build', () => {
  const shared = { skip_save_build_region: false, encrypt_boot: true, kms_key_id: KEY, ami_users: ['123456789012'] };

  it('one region without a key of its own may be the one of kms_key_id', () => {
    expect(copyFaults({ ...shared, ami_regions: ['us-east-1'] }, undefined)).toEqual([]);
    expect(copyFaults({ ...shared, ami_regions: ['us-east-1', 'us-west-2'] }, undefined)).toHaveLength(1);
  });

  it('what it may not be shows when the build starts', () => {
    expect(() => checkCopies({ ...shared, ami_regions: ['us-east-1'] }, HOME)).toThrow('(us-east-1)');
    expect(() => checkCopies({ ...shared, ami_regions: [HOME] }, HOME)).not.toThrow();
  });
});
