/** An error as Compute Engine answers it. */
export class GoogleProblem extends Error {
  readonly status: number;
  /** "notFound" */
  readonly reason: string;
  /** More members of the answer's `error`, such as `status` and `details`. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    reason: string,
    message: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.more = more;
    this.headers = headers;
  }
}

/** @param path "projects/bakery/zones/z/instances/web" */
export function notFound(path: string): GoogleProblem {
  return new GoogleProblem(404, 'notFound', `The resource '${path}' was not found`);
}

export function alreadyExists(path: string): GoogleProblem {
  return new GoogleProblem(409, 'alreadyExists', `The resource '${path}' already exists`);
}

export function invalidValue(field: string, value: unknown, why: string): GoogleProblem {
  return new GoogleProblem(400, 'invalid', `Invalid value for field '${field}': '${String(value)}'. ${why}`);
}

/** What Google's front end says of JSON that does not fit the method. */
export function invalidJson(complaint: string, field = ''): GoogleProblem {
  const violation = { ...(field === '' ? {} : { field }), description: complaint };
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] }];
  return new GoogleProblem(400, 'invalid', complaint, { status: 'INVALID_ARGUMENT', details });
}

export function inUse(what: string, path: string, user: string): GoogleProblem {
  const message = `The ${what} resource '${path}' is already being used by '${user}'`;
  return new GoogleProblem(400, 'resourceInUseByAnotherResource', message);
}

export function notReady(path: string): GoogleProblem {
  return new GoogleProblem(400, 'resourceNotReady', `The resource '${path}' is not ready`);
}

/** The JSON of the answer. */
export function problemBody({ status, reason, message, more }: GoogleProblem): string {
  const domain = /rateLimit|quota/i.test(reason) && status !== 404 ? 'usageLimits' : 'global';
  return JSON.stringify({ error: { code: status, message, errors: [{ message, domain, reason }], ...more } }, null, 2);
}
