import { connectionOptions } from './api/access.ts';
import { openCloud, type Cloud, type Opener } from './api/cloud.ts';
import type { AccessOptions } from './mixins/access.gen.ts';

/** The cloud of a configuration. Nothing is asked of it yet. Throws `StepError` OPENSTACK_ACCESS. */
export function startOpenstack(config: AccessOptions, run: Opener): Promise<Cloud> {
  return openCloud(connectionOptions(config), run);
}
