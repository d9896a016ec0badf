// Made from a schema by `npm run generate`; do not edit.
import type { ShellLocalOptions } from '../../plugins/sdk/scripts.ts';

/** Runs scripts on the machine that runs Kiln. */
export interface ShellLocalProvisionerConfig extends ShellLocalOptions {}
