import type { BuildRun, PostProcessRun } from '../../plugins/sdk/index.ts';
import { connectionOptions } from './api/access.ts';
import { openCloud, type Cloud } from './api/cloud.ts';
import type { AccessOptions } from './mixins/access.gen.ts';

/** The cloud of a configuration. Nothing is asked of it yet. Throws `StepError` OPENSTACK_ACCESS. */
export function startOpenstack(
  config: AccessOptions,
  { signal, ask }: Pick<BuildRun | PostProcessRun, 'signal' | 'ask'>,
): Promise<Cloud> {
  return openCloud(connectionOptions(config), signal, ask);
}
