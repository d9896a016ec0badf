import type { JsonObject } from '../contract/json.ts';
import type { Configured } from './configure-component.ts';
import type { Configure } from './plan.ts';

/** A component of one build. */
export interface PlannedComponent {
  readonly configured: Configured;
  readonly configure: Configure<JsonObject>;
  /** Leads from a pointer into the configuration to where that value stands in the template. */
  readonly rebase: (pointer: string) => string;
}
