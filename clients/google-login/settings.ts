/** A token that others made. */
export interface GivenToken {
  readonly token: string;
  /** Milliseconds since the epoch; undefined: not known, and the token is used until Google refuses it. */
  readonly expires?: number;
}

/** Who asks Google. */
export type CredentialSource =
  /** Application Default Credentials: GOOGLE_APPLICATION_CREDENTIALS, gcloud's file, the metadata server. */
  | { readonly type: 'default' }
  /** A file of credentials in JSON: a service account's key, a user's login, a workload identity federation … */
  | { readonly type: 'file'; readonly path: string }
  /** What such a file holds. */
  | { readonly type: 'json'; readonly text: string }
  /** An access token that cannot be renewed. */
  | { readonly type: 'token'; readonly token: string }
  /** Whoever makes access tokens, such as Vault. `get` may throw, and its error is handed on as it is. */
  | { readonly type: 'tokens'; readonly get: () => Promise<GivenToken> };

/** A service account in whose name calls are made. */
export interface Impersonation {
  /** Its e-mail address. */
  readonly account: string;
  /** Service accounts between the source's and this one; each may make tokens of the next. */
  readonly delegates: readonly string[];
}

export interface LoginSettings {
  readonly source: CredentialSource;
  /** OAuth scopes of the tokens. */
  readonly scopes: readonly string[];
  readonly impersonate?: Impersonation;
  /** Whose Google this is; default "googleapis.com". */
  readonly universe?: string;
  /** Roots of services in the place of Google's. */
  readonly endpoints?: { readonly iamcredentials?: string; readonly oauth2?: string };
}
