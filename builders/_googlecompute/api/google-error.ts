/** Why Google did not do what it was asked for. */
export class GoogleError extends Error {
  override readonly name = 'GoogleError';
  /** The status of the answer; 0: there was none. */
  readonly status: number;
  /** Google's own word: "notFound", "QUOTA_EXCEEDED", or the system's: "ECONNREFUSED". */
  readonly reason: string;
  /** Whether it may have been done although its answer was lost. */
  readonly mayHaveHappened: boolean;

  constructor(
    message: string,
    about: {
      readonly status: number;
      readonly reason: string;
      readonly mayHaveHappened?: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: about.cause });
    this.status = about.status;
    this.reason = about.reason;
    this.mayHaveHappened = about.mayHaveHappened ?? false;
  }
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Nothing was sent, because nobody could be reached. */
const UNREACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)/;

/** The first of Google's own reasons: those of an answer are in a list, and others only have a status. */
function reasonIn(error: Members): string {
  const [first] = Array.isArray(error['errors']) ? (error['errors'] as unknown[]) : [];
  return text(membersOf(first)['reason']) || text(error['status']);
}

/** An error of Google's library as this one; undefined for an error that is none of an exchange with Google. */
export function readFailure(cause: unknown): GoogleError | undefined {
  if (!(cause instanceof Error) || !('config' in cause)) return undefined;
  const { response, code } = cause as { readonly response?: unknown; readonly code?: unknown };
  const { status, data } = membersOf(response);
  if (typeof status !== 'number') {
    const reason = text(code) || text(membersOf(cause.cause)['code']);
    return new GoogleError(cause.message, { status: 0, reason, mayHaveHappened: !UNREACHED.test(reason), cause });
  }
  const error = membersOf(membersOf(data)['error']);
  const message = text(error['message']) || `Google answers with status ${String(status)}`;
  return new GoogleError(message, { status, reason: reasonIn(error), mayHaveHappened: status >= 500, cause });
}

function answerOf(error: unknown): GoogleError | undefined {
  if (error instanceof GoogleError) return error;
  return error instanceof Error && error.cause instanceof GoogleError ? error.cause : undefined;
}

/** Whether Google said that the thing is not there. */
export function isNotFound(error: unknown): boolean {
  const { status, reason } = answerOf(error) ?? {};
  return status === 404 || /^RESOURCE_NOT_FOUND$/.test(reason ?? '');
}

/** Whether there is already a thing of that name. */
export function isThere(error: unknown): boolean {
  return answerOf(error)?.status === 409;
}

/** Whether the thing cannot be changed or go yet, because of what is done with it. */
export function isInUse(error: unknown): boolean {
  const { reason = '' } = answerOf(error) ?? {};
  return /^(resourceInUseByAnotherResource|resourceNotReady|RESOURCE_IN_USE_BY_ANOTHER_RESOURCE|RESOURCE_NOT_READY)$/.test(
    reason,
  );
}

/** Whether Google surely did nothing. */
export function isRefusal(error: unknown): boolean {
  return answerOf(error)?.mayHaveHappened === false;
}

/** Whether the same call may go through in a moment: Google is busy, asks for fewer calls, or its answer was lost. */
export function passes(error: unknown): boolean {
  const found = answerOf(error);
  if (found === undefined) return false;
  const { status, reason, mayHaveHappened } = found;
  return mayHaveHappened || status === 429 || /^(userRateLimitExceeded|rateLimitExceeded|backendError)$/.test(reason);
}

/** Waits for a call about a thing; undefined when the thing is not there. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  });
}

/** Whether the thing was changed since it was looked at. */
export function isOutdated(error: unknown): boolean {
  return answerOf(error)?.status === 412;
}
