// Made from a schema by `npm run generate`; do not edit.

/** Copies of the AMI in other regions, and its encryption. */
export interface CopyOptions {
  /**
   * Further regions to copy the AMI to. The copies are made at once.
   */
  readonly ami_regions?: readonly string[];
  /**
   * Keeps the copies in `ami_regions` only.
   */
  readonly skip_save_build_region: boolean;
  /**
   * true: the AMI is encrypted, by a copy in the build's region; the one that it is copied from is removed. false: copies in other regions are not to be encrypted. Without it: as the source.
   */
  readonly encrypt_boot?: boolean;
  /**
   * Key to encrypt with in the build's region: id, alias or ARN. Needs `encrypt_boot`; without it: the account's default key, with which an AMI cannot be shared.
   */
  readonly kms_key_id?: string;
  /**
   * Keys to encrypt with in the regions of `ami_regions`, by region; empty for the account's default key. Needs `encrypt_boot` and all of the regions.
   */
  readonly region_kms_key_ids?: {
    readonly [k: string]: string;
  };
}
