/** A server does not give an answer. */
export class LookupFailure extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.hint = hint;
  }
}

/** Reads an environment variable; undefined when not set. */
export type Environment = (name: string) => string | undefined;

/** The first of these variables that is set to something. */
export function setting(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map(environment).find((value) => value !== undefined && value !== '');
}

/** As Go's strconv.ParseBool; what it does not know counts as not set. */
export function switched(environment: Environment, name: string): boolean | undefined {
  const value = setting(environment, name);
  if (value !== undefined && /^(?:1|t|true)$/i.test(value)) return true;
  return value !== undefined && /^(?:0|f|false)$/i.test(value) ? false : undefined;
}
