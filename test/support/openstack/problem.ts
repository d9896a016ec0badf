/** What a service answers instead of a result. Each service words it in its own way. */
export class ApiProblem extends Error {
  readonly status: number;
  /** Neutron's name of the error. */
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, type?: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.type = type;
    this.headers = headers;
  }
}

export function badRequest(message: string, type = 'HTTPBadRequest'): ApiProblem {
  return new ApiProblem(400, message, type);
}

export function notFound(message: string, type = 'HTTPNotFound'): ApiProblem {
  return new ApiProblem(404, message, type);
}

export function conflict(message: string, type = 'HTTPConflict'): ApiProblem {
  return new ApiProblem(409, message, type);
}

export function forbidden(message: string, type = 'HTTPForbidden'): ApiProblem {
  return new ApiProblem(403, message, type);
}

/** The request has no token that is known and not expired. */
export class Unauthorized extends ApiProblem {
  constructor() {
    super(401, 'The request you have made requires authentication.');
  }
}
