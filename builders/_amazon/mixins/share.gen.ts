// Made from a schema by `npm run generate`; do not edit.

/** Who may use the AMI, and how. */
export interface ShareOptions {
  /**
   * Ids of accounts that may launch the AMI.
   */
  readonly ami_users?: readonly string[];
  /**
   * Groups that may launch the AMI; AWS knows only all, which makes it public.
   */
  readonly ami_groups?: readonly string[];
  /**
   * ARNs of organizations that may launch the AMI.
   */
  readonly ami_org_arns?: readonly string[];
  /**
   * ARNs of organizational units that may launch the AMI.
   */
  readonly ami_ou_arns?: readonly string[];
  /**
   * Product codes of the AMI.
   */
  readonly ami_product_codes?: readonly string[];
  /**
   * Ids of accounts that may use the snapshots.
   */
  readonly snapshot_users?: readonly string[];
  /**
   * Groups that may use the snapshots; AWS knows only all.
   */
  readonly snapshot_groups?: readonly string[];
  /**
   * v2.0: machines from the AMI have IMDSv2 only unless told otherwise.
   */
  readonly imds_support?: 'v2.0';
  /**
   * When the AMI is hidden from those who have no use for it yet: a time in RFC 3339, within the next ten years.
   */
  readonly deprecate_at?: string;
  /**
   * Guards the AMI against being deregistered.
   */
  readonly deregistration_protection?: {
    /**
     * Switches it on.
     */
    readonly enabled: boolean;
    /**
     * It stays for a day after it is switched off. Implies enabled.
     */
    readonly with_cooldown: boolean;
  };
}
