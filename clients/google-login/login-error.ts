/**
 * Why there is no token: nothing says who asks; what says so cannot be read; Google (or another identity provider) refuses;
 * or it does not answer.
 */
export type LoginProblem = 'missing' | 'malformed' | 'refused' | 'unreachable';

/** There is no token. The message holds no secret; `hint` is what to do. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
  readonly problem: LoginProblem;
  readonly hint: string | undefined;

  constructor(problem: LoginProblem, message: string, hint?: string) {
    super(message);
    this.problem = problem;
    this.hint = hint;
  }
}
