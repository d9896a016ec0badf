// Made from a schema by `npm run generate`; do not edit.
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';

export interface NullBuilderConfig extends CommunicatorOptions {}
