// Made from a schema by `npm run generate`; do not edit.

/** The AMI to start from. */
export interface SourceOptions {
  /**
   * Id of the AMI to start from.
   */
  readonly source_ami?: string;
  /**
   * Finds the AMI to start from. It is an error when more than one fits, unless most_recent is set.
   */
  readonly source_ami_filter?: {
    /**
     * Filters by EC2's names of them; * in a value stands for any text.
     */
    readonly filters?: {
      readonly [k: string]: string;
    };
    /**
     * More filters, as blocks of key and value. They win over those of filters.
     */
    readonly filter?: readonly {
      /**
       * EC2's name of the filter.
       */
      readonly key?: string;
      /**
       * What it has to be; * stands for any text.
       */
      readonly value?: string;
    }[];
    /**
     * Ids of accounts, self, amazon or aws-marketplace. Required: anybody may publish an AMI of any name.
     */
    readonly owners?: readonly string[];
    /**
     * Takes the newest one that fits.
     */
    readonly most_recent: boolean;
    /**
     * Deprecated AMIs count too.
     */
    readonly include_deprecated: boolean;
  };
}
