import { openCloud, type Cloud } from './api/cloud.ts';
import { loginOptions } from './credentials/login-options.ts';
import type { BuildRun } from '../../plugins/sdk/index.ts';
import type { AccessOptions } from './mixins/access.gen.ts';

/** Compute Engine, as a configuration gets into it. Nothing is asked of it yet. */
export function startGoogle(config: AccessOptions, run: Pick<BuildRun, 'signal'>): Promise<Cloud> {
  return openCloud(loginOptions(config), run);
}
