// Made from a schema by `npm run generate`; do not edit.

/** The instance profile of the instance. */
export interface ProfileOptions {
  /**
   * Name of the instance profile.
   */
  readonly iam_instance_profile?: string;
  /**
   * Does not check that the instance profile is there.
   */
  readonly skip_profile_validation: boolean;
  /**
   * Makes a temporary role with this policy, and an instance profile of it, for the build.
   */
  readonly temporary_iam_instance_profile_policy_document?: {
    /**
     * Version of the policy language.
     */
    readonly Version: string;
    /**
     * Statements of the policy.
     */
    readonly Statement?: readonly {
      /**
       * Allow or Deny.
       */
      readonly Effect?: string;
      /**
       * Actions.
       */
      readonly Action?: readonly string[];
      /**
       * ARNs.
       */
      readonly Resource?: readonly string[];
    }[];
  };
}
