import type { Diagnostic } from './diagnostic.ts';
import * as finding from './finding.ts';

/**
 * Makes a diagnostic about the option that an RFC 6901 pointer leads to ("" is the component as a whole), relative to the
 * component's own configuration. `code` is the component's own (`AREA_WHAT`), `message` one sentence without a full stop
 * that says what is wrong and what was found, `hint` what to do next.
 */
export type Complain = (
  code: string,
  pointer: string,
  message: string,
  details?: { readonly hint?: string | undefined },
) => Diagnostic;

/** What is wrong so that the build cannot run; see `Complain`. */
export const errorAt: Complain = finding.errorAt as Complain;

/** What is probably not meant; see `Complain`. */
export const warningAt: Complain = finding.warningAt as Complain;
