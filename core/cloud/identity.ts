/** A place that credentials may come from. */
export interface CredentialSource<Identity> {
  /** For people: "the environment". */
  readonly name: string;
  readonly get: () => Promise<Identity>;
  /** Whether the next source is not tried after this error, because somebody has set this one up. Default: `endsChain`. */
  readonly ends?: (error: unknown) => boolean;
}

/** What is known of the errors of a provider's sources of credentials. */
export interface IdentityRules {
  /** See `CredentialSource.ends`. */
  readonly endsChain: (error: unknown) => boolean;
  /** An error of a source in words. */
  readonly reasonOf: (error: unknown) => string;
}

/** No source has credentials; the message says for each why not. */
class NoCredentialsError extends Error {
  override readonly name = 'NoCredentialsError';
}

/**
 * The credentials of the first source that has some. Throws an `Error` whose name is "NoCredentialsError", with the reasons
 * of all sources that were tried: when none has credentials, or at once when one that is set up does not work.
 */
export async function firstIdentity<Identity>(
  sources: readonly CredentialSource<Identity>[],
  { endsChain, reasonOf }: IdentityRules,
): Promise<Identity> {
  const reasons: string[] = [];
  let cause: unknown;
  for (const { name, get, ends = endsChain } of sources) {
    try {
      return await get();
    } catch (error) {
      reasons.push(`${name}: ${reasonOf(error)}`);
      cause = error;
      if (ends(error)) break;
    }
  }
  throw new NoCredentialsError(reasons.join('; '), { cause });
}
