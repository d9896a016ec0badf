/** What a service answers instead of a result; `code` and `message` as clients see them. */
export class AwsProblem extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsProblem';
    this.code = code;
    this.status = status;
  }
}

export function invalidValue(parameter: string, value: string, why = ''): AwsProblem {
  const more = why === '' ? '' : ` ${why}`;
  return new AwsProblem('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid.${more}`);
}

export function missingParameter(parameter: string): AwsProblem {
  return new AwsProblem('MissingParameter', `The request must contain the parameter ${parameter}`);
}

export function invalidCombination(message: string): AwsProblem {
  return new AwsProblem('InvalidParameterCombination', message);
}
