/** What a failure means, whichever service and version says it in whichever words. */
export type FailureReason =
  /** The server refused what was asked: its shape or its values. */
  | 'bad-request'
  /** Who asks is not known, or no longer. */
  | 'unauthorized'
  /** Who asks may not do it. */
  | 'forbidden'
  | 'not-found'
  /** It cannot be done as things stand: in use, in another state, or already there. */
  | 'conflict'
  /** A quota of the project, or a limit of the cloud, is used up. */
  | 'quota'
  /** Too many requests; `retryAfter` may say when to come again. */
  | 'rate-limited'
  /** The server, or what it needs, does not work now: status 500 and above. */
  | 'unavailable'
  /** No connection came about; nothing was asked. */
  | 'unreachable'
  /** The server is not who it says by its certificate, or does not take ours; nothing was asked. */
  | 'untrusted'
  /** The connection broke, or the time ran out, before the answer came. */
  | 'lost'
  /** The answer makes no sense. */
  | 'bad-answer'
  /** The cloud has no such service, region, interface or version. */
  | 'unsupported'
  /** The settings are wrong or not complete; nothing was asked. */
  | 'settings'
  /** Data did not arrive as it was sent. */
  | 'damaged';

/** What an error says besides its message. */
export interface OpenStackErrorDetails {
  readonly reason: FailureReason;
  /** Of the HTTP answer. */
  readonly status?: number | undefined;
  /** "compute"; "identity" while a token is asked for. */
  readonly service?: string | undefined;
  /** The service's own word: Nova's "itemNotFound", Neutron's "OverQuota". */
  readonly code?: string | undefined;
  /** The service's own sentence. */
  readonly detail?: string | undefined;
  /** By which the cloud's operator finds it in the logs: "req-…". */
  readonly requestId?: string | undefined;
  readonly method?: string | undefined;
  /** Without query. */
  readonly url?: string | undefined;
  /** Milliseconds to wait before the request may be sent again, when the server says so. */
  readonly retryAfter?: number | undefined;
  /** The server may have done what it was asked for, although the answer was lost. False unless said otherwise. */
  readonly mayHaveHappened?: boolean | undefined;
  /** Keystone's "Openstack-Auth-Receipt": some of several factors were right, and which others are wanted. */
  readonly receipt?: AuthReceipt | undefined;
  readonly cause?: unknown;
}

/** What Keystone says when one factor is not enough. */
export interface AuthReceipt {
  readonly id: string;
  /** The factors that were right. */
  readonly methods: readonly string[];
  /** Sets of factors each of which would do. */
  readonly required: readonly (readonly string[])[];
}

/** The only error that this library throws; an aborted signal's reason is thrown as it is. */
export class OpenStackError extends Error {
  override readonly name = 'OpenStackError';
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly service: string | undefined;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly retryAfter: number | undefined;
  readonly mayHaveHappened: boolean;
  readonly receipt: AuthReceipt | undefined;

  constructor(message: string, details: OpenStackErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status;
    this.service = details.service;
    this.code = details.code;
    this.detail = details.detail;
    this.requestId = details.requestId;
    this.method = details.method;
    this.url = details.url;
    this.retryAfter = details.retryAfter;
    this.mayHaveHappened = details.mayHaveHappened ?? false;
    this.receipt = details.receipt;
  }
}

function hasReason(error: unknown, ...reasons: readonly FailureReason[]): error is OpenStackError {
  return error instanceof OpenStackError && reasons.includes(error.reason);
}

/** What was asked for is not there (any more), or not to be seen by who asks. */
export function isNotFound(error: unknown): error is OpenStackError {
  return hasReason(error, 'not-found');
}

/** It cannot be done as things stand: in use, in another state, or already there. */
export function isConflict(error: unknown): error is OpenStackError {
  return hasReason(error, 'conflict');
}

/** A quota of the project, or a limit of the cloud, is used up. */
export function isQuota(error: unknown): error is OpenStackError {
  return hasReason(error, 'quota');
}

/** The way to the server, the server's load or its health is the reason; the same request may go well later. */
export function isTransient(error: unknown): error is OpenStackError {
  return hasReason(error, 'rate-limited', 'unavailable', 'unreachable', 'lost');
}

/** The server understood and said no, so that nothing came of the request. */
export function isRefusal(error: unknown): error is OpenStackError {
  return hasReason(error, 'bad-request', 'unauthorized', 'forbidden', 'not-found', 'conflict', 'quota', 'rate-limited');
}

/** The request may have been carried out, although the answer was lost: look for what it makes before asking again. */
export function mayHaveHappened(error: unknown): error is OpenStackError {
  return error instanceof OpenStackError && error.mayHaveHappened;
}
