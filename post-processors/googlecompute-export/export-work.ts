import type { GoogleWork } from '../../builders/_googlecompute/google-build.ts';
import type { LoginOptions } from '../../builders/_googlecompute/credentials/login-options.ts';
import type { PostProcessRun } from '../../plugins/sdk/index.ts';
import type { GooglecomputeExportPostProcessorConfig } from './config.gen.ts';
import type { MadeImage } from './source-image.ts';

/** What the steps work with. */
export interface ExportWork extends GoogleWork {
  readonly run: PostProcessRun;
  readonly config: GooglecomputeExportPostProcessorConfig;
  readonly login: LoginOptions;
  readonly image: MadeImage;
  /** Of the worker. */
  readonly zone: string;
}
