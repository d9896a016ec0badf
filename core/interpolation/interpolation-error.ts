import { StepError } from '../errors/errors.ts';

export type InterpolationCode =
  'INTERPOLATION_FAILED' | 'INTERPOLATION_UNKNOWN_NAME' | 'INTERPOLATION_BUILD_UNAVAILABLE' | 'VARIABLE_RECURSION';

export interface InterpolationDetails {
  readonly code?: InterpolationCode;
  /** A function is called when the hint is read. */
  readonly hint?: string | (() => string | undefined) | undefined;
  readonly cause?: unknown;
}

/**
 * A text with `{{ }}` cannot be rendered. The plan turns it into a diagnostic; when a late option is rendered in a
 * step, it is a `StepError` like any other.
 */
export class InterpolationError extends StepError {
  declare readonly code: InterpolationCode;
  /** Where in the text it went wrong, in UTF-16 code units from its start. */
  readonly offset: number;
  /** How many UTF-16 code units from there are to blame; at least 1. */
  readonly length: number;

  constructor(
    message: string,
    place: { readonly offset: number; readonly length: number },
    details: InterpolationDetails = {},
  ) {
    super(message, {
      code: details.code ?? 'INTERPOLATION_FAILED',
      ...(typeof details.hint === 'string' ? { hint: details.hint } : {}),
      ...(details.cause === undefined ? {} : { cause: details.cause }),
    });
    if (typeof details.hint === 'function') Object.defineProperty(this, 'hint', { get: details.hint });
    this.offset = place.offset;
    this.length = Math.max(1, place.length);
  }
}

/** A function refuses its arguments; the evaluator adds the place and throws `InterpolationError`. */
export class Refusal extends Error {
  readonly details: InterpolationDetails;

  constructor(message: string, details: InterpolationDetails = {}) {
    super(message);
    this.details = details;
  }
}
