import type { Fault } from '../cloud/faults.ts';

/** The call is refused so many times because too many were made. */
export function throttled(call: string, times = 1): Fault {
  const error = { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', status: 503 };
  return { call, times, error };
}

/** There is no machine of that type to be had; with `match` only for some requests. */
export function withoutCapacity(call: string, times = 1, match: unknown = {}): Fault {
  const message = 'We currently do not have sufficient capacity in the Availability Zone you requested.';
  return { call, times, match, error: { code: 'InsufficientInstanceCapacity', message, status: 500 } };
}

/** The session's credentials have run out. */
export function expired(call: string, times = 1): Fault {
  return { call, times, error: { code: 'RequestExpired', message: 'Request has expired.', status: 400 } };
}
