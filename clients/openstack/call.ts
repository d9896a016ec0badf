/** What may be said to every call besides what it is about. */
export interface Call {
  /** Ends the call at any time; what is thrown then is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, in place of the settings' `timeLimits.request`. */
  readonly timeLimit?: number | undefined;
  /** To send in place of the one that the call would use: "2.60". Not negotiated. */
  readonly microversion?: string | undefined;
}
