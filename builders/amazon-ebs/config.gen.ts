// Made from a schema by `npm run generate`; do not edit.
import type { AmiDevicesOptions } from '../_amazon/mixins/ami-devices.gen.ts';
import type { AmiOptions } from '../_amazon/mixins/ami.gen.ts';
import type { RunOptions } from '../_amazon/mixins/run.gen.ts';
import type { LaunchDevicesOptions } from '../_amazon/mixins/launch-devices.gen.ts';
import type { AccessOptions } from '../_amazon/mixins/access.gen.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Starts an instance in EC2, provisions it and makes an EBS-backed AMI of it. */
export interface AmazonEbsBuilderConfig
  extends AmiDevicesOptions, AmiOptions, RunOptions, LaunchDevicesOptions, AccessOptions, CommunicatorOptions {
  /**
   * For AMIs of Windows: AWS keeps snapshots of instances that have gone through the first start, at its price for that, and the build waits for them.
   */
  readonly fast_launch?: {
    /**
     * Switches it on, which any other of these options does too.
     */
    readonly enable_fast_launch?: boolean;
    /**
     * Launch template for the instances that AWS starts for it, by its id in the build's region. Without one AWS makes its own.
     */
    readonly template_id?: string;
    /**
     * Launch template by its name, in all regions.
     */
    readonly template_name?: string;
    /**
     * Version of the launch template. Without it: its default one.
     */
    readonly template_version?: number;
    /**
     * What is different in some regions.
     */
    readonly region_launch_templates?: readonly {
      /**
       * The region, the build's or one of `ami_regions`.
       */
      readonly region?: string;
      /**
       * false: not in this region.
       */
      readonly enable_fast_launch?: boolean;
      /**
       * Launch template in this region, by its id.
       */
      readonly template_id?: string;
      /**
       * Launch template in this region, by its name.
       */
      readonly template_name?: string;
      /**
       * Version of the launch template. Without it: its default one.
       */
      readonly template_version?: number;
    }[];
    /**
     * How many instances AWS may start at once for it. Without it: 6.
     */
    readonly max_parallel_launches?: number;
    /**
     * How many snapshots AWS keeps ready. Without it: 5.
     */
    readonly target_resource_count?: number;
  };
}
