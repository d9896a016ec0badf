import type { Credentials } from './connection-options.ts';

export interface Identity extends Credentials {
  readonly expiration?: Date;
}

/** A place that credentials may come from. */
export interface Source {
  /** For people: "the environment". */
  readonly name: string;
  readonly get: () => Promise<Identity>;
  /** Whether the next one is not tried after this error: somebody has set this one up. */
  readonly ends?: (error: unknown) => boolean;
}

/** No source has credentials; the message says for each why not. */
export class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Without the SDK's own mark that nothing is set up here. */
function endsChain(error: unknown): boolean {
  return !isRecord(error) || error['tryNextLink'] !== true;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  const said = error.message.trim() === '' ? error.name : error.message.trim();
  // What STS, for one, refuses with.
  return '$fault' in error ? `${said} (${error.name})` : said;
}

/**
 * The credentials of the first source that has some. Throws `NoCredentialsError` with the reasons of all that were tried:
 * when none has, or at once when one that is set up does not work.
 */
export async function firstIdentity(sources: readonly Source[]): Promise<Identity> {
  const reasons: string[] = [];
  let cause: unknown;
  for (const { name, get, ends = endsChain } of sources) {
    try {
      return await get();
    } catch (error) {
      reasons.push(`${name}: ${reason(error)}`);
      cause = error;
      if (ends(error)) break;
    }
  }
  throw new NoCredentialsError(reasons.join('; '), { cause });
}
