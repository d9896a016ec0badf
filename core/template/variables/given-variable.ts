import type { LocatedDiagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourcePlace } from '../locate.ts';

/** A variable's value from -var or from a variable file. It may have templates in it. */
export interface GivenVariable {
  readonly name: string;
  readonly value: string;
  /** Where the value's text starts. */
  readonly place: () => SourcePlace | undefined;
}

export interface GivenVariables {
  /** In order: a later value of the same name counts. */
  readonly given: readonly GivenVariable[];
  /** Without source lines. */
  readonly diagnostics: readonly LocatedDiagnostic[];
}
