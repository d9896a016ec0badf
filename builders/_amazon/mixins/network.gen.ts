// Made from a schema by `npm run generate`; do not edit.

/** The network of the instance. */
export interface NetworkOptions {
  /**
   * Whether the instance gets a public address. Without it: as the subnet says. Without a subnet, the default VPC's subnet with the most free addresses is taken.
   */
  readonly associate_public_ip_address?: boolean;
  /**
   * Zone to build in. Without it AWS chooses one.
   */
  readonly availability_zone?: string;
  /**
   * Subnet of the instance.
   */
  readonly subnet_id?: string;
  /**
   * Finds the subnet. It is an error when more than one fits, unless most_free or random is set.
   */
  readonly subnet_filter?: {
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
    /**
     * Takes the one with the most free addresses.
     */
    readonly most_free: boolean;
    /**
     * Takes any.
     */
    readonly random: boolean;
  };
  /**
   * VPC of the temporary security group, when no subnet says it.
   */
  readonly vpc_id?: string;
  /**
   * Finds the VPC; exactly one has to fit.
   */
  readonly vpc_filter?: {
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
}
