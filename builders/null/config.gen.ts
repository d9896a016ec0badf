// Made from a schema by `npm run generate`; do not edit.
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

/** Runs provisioners on a machine that is there already, and makes nothing. */
export interface NullBuilderConfig extends CommunicatorOptions {}
