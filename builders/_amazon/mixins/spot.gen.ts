// Made from a schema by `npm run generate`; do not edit.

/** A spot instance in place of an ordinary one. */
export interface SpotOptions {
  /**
   * Builds on a spot instance: the highest price in US dollars an hour, or auto for at most the on-demand price.
   */
  readonly spot_price?: string;
  /**
   * Accepted and not needed any more.
   */
  readonly spot_price_auto_product?: string;
  /**
   * Instance types to choose from for a spot instance, instead of instance_type. When AWS is out of one of them, another is taken.
   */
  readonly spot_instance_types?: readonly string[];
  /**
   * How AWS chooses among several types and zones.
   */
  readonly spot_allocation_strategy?:
    | 'lowest-price'
    | 'diversified'
    | 'capacity-optimized'
    | 'capacity-optimized-prioritized'
    | 'price-capacity-optimized';
  /**
   * Tags of the launch template of a spot instance. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly spot_tags?: {
    readonly [k: string]: string;
  };
  /**
   * The same as `spot_tags`, as a list of objects with key and value.
   */
  readonly spot_tag?: readonly {
    /**
     * Name of the tag.
     */
    readonly key?: string;
    /**
     * Its value.
     */
    readonly value?: string;
  }[];
  /**
   * Tags of the fleet request of a spot instance. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly fleet_tags?: {
    readonly [k: string]: string;
  };
  /**
   * The same as `fleet_tags`, as a list of objects with key and value.
   */
  readonly fleet_tag?: readonly {
    /**
     * Name of the tag.
     */
    readonly key?: string;
    /**
     * Its value.
     */
    readonly value?: string;
  }[];
}
