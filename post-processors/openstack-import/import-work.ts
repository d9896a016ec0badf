import type { OpenstackWork } from '../../builders/_openstack/openstack-build.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';

/** What the steps of an import work with. */
export interface ImportWork extends OpenstackWork {
  readonly run: PostProcessRun;
  readonly config: OpenstackImportPostProcessorConfig;
}
