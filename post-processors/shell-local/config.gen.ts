// Made from a schema by `npm run generate`; do not edit.
import type { ShellLocalOptions } from '../../plugins/sdk/scripts.ts';

export interface ShellLocalPostProcessorConfig extends ShellLocalOptions {}
