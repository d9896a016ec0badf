import type { JsonValue } from '../../contract/json.ts';
import type { ResourceKind } from '../../contract/resource.ts';
import type { TestedComponent } from '../tested-component.ts';

/** A rule that every component keeps; `check` rejects with an `Error` that says what does not. */
export interface ConformanceRule {
  /** A sentence about the component, fit for a test's title: "has unique resource kinds that start with its type". */
  readonly rule: string;
  readonly check: () => Promise<void>;
}

export function none(found: readonly string[], fault: string): void {
  if (found.length > 0) throw new Error(`${fault}: ${[...new Set(found)].slice(0, 20).join(', ')}`);
}

/** A data source makes nothing. */
export function resourcesOf({ component }: TestedComponent): readonly ResourceKind<JsonValue>[] {
  return 'resources' in component ? component.resources : [];
}
