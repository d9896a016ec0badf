// Made from a schema by `npm run generate`; do not edit.

/** The security groups of the instance. */
export interface SecurityGroupOptions {
  /**
   * Security group of the instance. Without any, a temporary one is made that lets SSH in.
   */
  readonly security_group_id?: string;
  /**
   * Security groups of the instance.
   */
  readonly security_group_ids?: readonly string[];
  /**
   * Finds security groups; all that fit are taken.
   */
  readonly security_group_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    readonly filters?: {
      readonly [k: string]: string;
    };
    /**
     * More filters, as blocks of name and value. They win over those of filters.
     */
    readonly filter?: readonly {
      /**
       * EC2's name of the filter.
       */
      readonly name?: string;
      /**
       * What it has to be; * stands for any text.
       */
      readonly value?: string;
    }[];
  };
  /**
   * Networks that the temporary security group lets in. Without it: all.
   */
  readonly temporary_security_group_source_cidrs?: readonly string[];
  /**
   * Lets in only the public address of this machine, as checkip.amazonaws.com sees it. Not together with the option above.
   */
  readonly temporary_security_group_source_public_ip: boolean;
}
