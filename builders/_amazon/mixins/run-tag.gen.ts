// Made from a schema by `npm run generate`; do not edit.

/** The tags of the instance and of its volumes. */
export interface RunTagOptions {
  /**
   * Tags of the instance and of all that is made for the build (key pair, security group, volumes excepted). Without a Name: Packer Builder. An AMI gets them too, unless skip_ami_run_tags is set. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly run_tags?: {
    readonly [k: string]: string;
  };
  /**
   * The same as `run_tags`, as a list of objects with key and value.
   */
  readonly run_tag?: readonly {
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
   * Tags of the instance's volumes. May use .BuildRegion .SourceAMI .SourceAMIName .SourceAMICreationDate .SourceAMIOwner .SourceAMIOwnerName .SourceAMITags.
   */
  readonly run_volume_tags?: {
    readonly [k: string]: string;
  };
  /**
   * The same as `run_volume_tags`, as a list of objects with key and value.
   */
  readonly run_volume_tag?: readonly {
    /**
     * Name of the tag.
     */
    readonly key?: string;
    /**
     * The same as key, which wins.
     */
    readonly name?: string;
    /**
     * Its value.
     */
    readonly value?: string;
  }[];
}
