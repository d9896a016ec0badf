import { firstIdentity as firstOfSources, type CredentialSource } from '../../../../plugins/sdk/cloud.ts';
import type { Credentials } from './connection-options.ts';

export interface Identity extends Credentials {
  readonly expiration?: Date;
}

/** A place that credentials may come from. */
export type AmazonCredentialSource = CredentialSource<Identity>;

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
export function firstIdentity(sources: readonly AmazonCredentialSource[]): Promise<Identity> {
  return firstOfSources(sources, { endsChain, reasonOf: reason });
}
