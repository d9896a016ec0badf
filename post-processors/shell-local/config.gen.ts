// Made from a schema by `npm run generate`; do not edit.
import type { ShellLocalOptions } from '../../plugins/sdk/scripts.ts';

/** Runs scripts on the machine that runs Kiln, when the artifact is there. */
export interface ShellLocalPostProcessorConfig extends ShellLocalOptions {}
