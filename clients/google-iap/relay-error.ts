/**
 * Why there is no way through: the port does not answer; the instance is not known; the account may not; the login is not
 * believed; the relay cannot be reached; the way was cut and cannot be taken up again; the guest ended it.
 */
export type RelayProblem =
  'no-answer' | 'unknown-instance' | 'forbidden' | 'unauthorized' | 'unreachable' | 'lost' | 'ended';

/** The relay of IAP lets nobody through, or not any more. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly problem: RelayProblem;
  /** The WebSocket's close code or the status of HTTP; undefined when there was no connection. */
  readonly code: number | undefined;
  readonly hint: string | undefined;

  constructor(
    problem: RelayProblem,
    message: string,
    details: { readonly code?: number; readonly hint?: string } = {},
  ) {
    super(message);
    this.problem = problem;
    this.code = details.code;
    this.hint = details.hint;
  }
}

interface Meaning {
  readonly problem: RelayProblem;
  readonly words: string;
  readonly hint?: string;
}

const ROLE =
  'who builds needs the role IAP-secured Tunnel User (roles/iap.tunnelResourceAccessor), and the project the API iap.googleapis.com';
const ZONE = 'IAP takes some seconds to hear of a new instance; else project, zone and name have to be right';

/** Close codes of the relay, as Google's own client for Windows names them. */
const CODES: Readonly<Record<number, Meaning>> = {
  1000: { problem: 'ended', words: 'the guest has closed the connection' },
  4001: { problem: 'lost', words: 'the relay has forgotten the connection' },
  4003: {
    problem: 'no-answer',
    words: 'the port of the instance does not answer',
    hint: 'the server in the guest may not run yet; else a firewall rule of the network has to let 35.235.240.0/20 in at the port',
  },
  4004: { problem: 'unauthorized', words: 'the relay wants a new login' },
  4005: { problem: 'lost', words: 'the relay counts other bytes than were sent' },
  4006: { problem: 'lost', words: 'the relay counts other bytes than were sent' },
  4009: { problem: 'ended', words: 'the connection to the guest broke' },
  4010: { problem: 'ended', words: 'the connection to the guest broke' },
  4033: {
    problem: 'forbidden',
    words: 'the account may not use IAP for the instance, or the instance does not run',
    hint: ROLE,
  },
  4047: { problem: 'unknown-instance', words: 'IAP does not know the instance', hint: ZONE },
  4074: { problem: 'lost', words: 'the relay cannot take the connection up again' },
};

/** Codes after which the same connection can be taken up again. Besides: every end without a close frame. */
const PASSING = [1001, 1005, 1006, 1011, 1012, 1013, 1014, 4002, 4004, 4051];

/** Whether the same connection may be taken up again. */
export function isPassing(error: RelayError): boolean {
  return error.problem === 'unreachable' || error.problem === 'unauthorized' || PASSING.includes(error.code ?? 1006);
}

/** The error of a WebSocket that the relay closed. */
export function closeError(code: number, reason: string): RelayError {
  const { problem, words, hint } = CODES[code] ?? {
    problem: 'lost' as const,
    words: 'the relay has closed the connection',
  };
  const said = reason.trim() === '' ? String(code) : `${code}: ${reason.trim()}`;
  return new RelayError(problem, `${words} (${said})`, { code, ...(hint === undefined ? {} : { hint }) });
}

/** The error of a handshake that was answered with a status of HTTP. */
export function statusError(status: number, text: string): RelayError {
  const said = /^[\x20-\x7e\s]{1,300}$/.test(text.trim()) ? `${status}: ${text.trim()}` : String(status);
  if (status === 401)
    return new RelayError('unauthorized', `IAP does not believe the login (${said})`, { code: status });
  if ([400, 403, 404].includes(status)) {
    return new RelayError('forbidden', `IAP refuses the connection (${said})`, { code: status, hint: ROLE });
  }
  return new RelayError('unreachable', `the relay of IAP answers with status ${said}`, { code: status });
}
