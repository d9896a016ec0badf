import type { AuthReceipt } from './errors/openstack-error.ts';

/** A domain of Keystone, by id or by name. */
export type DomainReference = { readonly id: string } | { readonly name: string };

/** A user or project: by id, or by name in a domain. */
export type Reference =
  { readonly id: string } | { readonly name: string; readonly domain?: DomainReference | undefined };

/** What a token is good for. "unscoped" gets a token without a catalogue. */
export type Scope =
  | { readonly project: Reference }
  | { readonly domain: DomainReference }
  | { readonly system: 'all' }
  | { readonly trust: string }
  | 'unscoped';

/** Something by which somebody proves who they are. */
export type Factor =
  | { readonly type: 'password'; readonly user: Reference; readonly password: string }
  /** A passcode is good for one token; a function gives a new one each time. */
  | { readonly type: 'totp'; readonly user: Reference; readonly passcode: string | (() => Promise<string>) }
  | { readonly type: 'token'; readonly token: string }
  | {
      readonly type: 'application-credential';
      /** By name it needs its user. */
      readonly credential: { readonly id: string } | { readonly name: string; readonly user: Reference };
      readonly secret: string;
    };

/** What the token is to be for: the user's default project unless given. */
interface Scoped {
  readonly scope?: Scope | undefined;
}

/** Who asks, and how that is proven. */
export type Login =
  | (Factor & Scoped)
  | ({ readonly type: 'multi-factor'; readonly factors: readonly Factor[] } & Scoped)
  /** Federation: an access token of OpenID Connect, which Keystone's web server checks. */
  | ({
      readonly type: 'oidc-access-token';
      readonly identityProvider: string;
      readonly protocol: string;
      readonly accessToken: string;
    } & Scoped)
  /** No Keystone: every service is at this address, unless it has one of its own. */
  | { readonly type: 'endpoint'; readonly endpoint?: string | undefined; readonly token?: string | undefined };

/** Factors that Keystone still wants, by its receipt for those that were right. */
export type AnswerReceipt = (receipt: AuthReceipt) => Promise<readonly Factor[]>;

/** TLS, by paths of PEM files. */
export interface TlsSettings {
  /** Certificates of the authorities that count, in place of those that Node.js trusts. */
  readonly cacert?: string | undefined;
  /** The certificate to show, with `key`. A file that has both needs no `key`. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Whether certificates are not checked. */
  readonly insecure?: boolean | undefined;
}

export type Interface = 'public' | 'internal' | 'admin';

/** The services that this library speaks with. */
export type ServiceName = 'identity' | 'compute' | 'image' | 'network' | 'blockStorage' | 'objectStore';

/** What differs for one service from what the catalogue or the other settings say. */
export interface ServiceSettings {
  /** The address to use in place of the catalogue's. */
  readonly endpoint?: string | undefined;
  /** The type in the catalogue in place of the usual one: "volumev2". */
  readonly type?: string | undefined;
  /** The name in the catalogue, when several services have one type. */
  readonly name?: string | undefined;
  readonly region?: string | undefined;
  readonly interface?: Interface | readonly Interface[] | undefined;
  /** For calls that need none in particular: "2.60". */
  readonly microversion?: string | undefined;
  /** The newest that may be used; a call that needs a newer one is an error. */
  readonly highestMicroversion?: string | undefined;
}

/** Milliseconds. */
export interface TimeLimits {
  /** For an exchange from its beginning to the last byte of the answer, with its retries apart; 60 000 unless given. */
  readonly request?: number | undefined;
  /** For a transfer of an image or object: the longest time without a byte; 300 000 unless given. */
  readonly idle?: number | undefined;
}

/** How what failed for a passing reason is tried again. */
export interface RetrySettings {
  /** How many times after the first; 4 unless given. */
  readonly retries?: number | undefined;
  /** Milliseconds before the first, twice that before the second, and so on; 500 unless given. */
  readonly delay?: number | undefined;
  /** The longest that a server's Retry-After is waited for, in milliseconds; 60 000 unless given. */
  readonly longestDelay?: number | undefined;
}

/** A cloud, and the way into it. */
export interface CloudSettings {
  /** Keystone's address, with or without "/v3". Not needed for a login of the type "endpoint". */
  readonly authUrl?: string | undefined;
  readonly login: Login;
  /** Asked when one factor was not enough; without it that is an error with a `receipt`. */
  readonly answerReceipt?: AnswerReceipt | undefined;
  /** The only one that the catalogue has unless given. */
  readonly region?: string | undefined;
  /** Public unless given; of several the first that the catalogue has. */
  readonly interface?: Interface | readonly Interface[] | undefined;
  readonly services?: Readonly<Partial<Record<ServiceName, ServiceSettings>>> | undefined;
  readonly tls?: TlsSettings | undefined;
  readonly timeLimits?: TimeLimits | undefined;
  readonly retries?: RetrySettings | undefined;
  /** Put before this library's own name in the header User-Agent. */
  readonly userAgent?: string | undefined;
}
