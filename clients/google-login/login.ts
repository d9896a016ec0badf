import { openUrl } from '../../core/http/open-url.ts';
import { readAtMost } from '../../core/http/read-at-most.ts';
import { impersonatedAccount, readCredentials, textOf, type Credentials } from './credentials.ts';
import { defaultFile, readCredentialsFile, wellKnownFile } from './default-file.ts';
import { loginFailure } from './failure.ts';
import { LoginError } from './login-error.ts';
import { metadataAddress, metadataServer } from './metadata-server.ts';
import type { GivenToken, LoginSettings } from './settings.ts';

/** Lets in to Google's services. Nothing is read and nobody is asked before the first call; calls share one token. */
export interface GoogleLogin {
  /** The headers of a request, by names in small letters ("authorization"). Throws `LoginError`. */
  headers(url?: string): Promise<Readonly<Record<string, string>>>;
  /** Has the next call get another token, for one that a service refuses. False when there can be no other. */
  renew(): boolean;
  /** The project of the credentials, or of the machine; undefined when they have none. Throws `LoginError`. */
  projectId(): Promise<string | undefined>;
  /** The e-mail address of the account; undefined when nobody says. Throws `LoginError`. */
  email(): Promise<string | undefined>;
}

type Library = typeof import('./driver.ts');

/** Who asks, once it is known. */
interface Opened {
  /** For people: "the credentials file key.json". */
  readonly name: string;
  readonly make: (library: Library) => ReturnType<Library['clientOf']>;
  readonly projectId: () => Promise<string | undefined>;
  readonly email: () => Promise<string | undefined>;
}

const GOOGLE = 'googleapis.com';

function emailOf(credentials: Credentials): string | undefined {
  return textOf(credentials, 'client_email') ?? impersonatedAccount(credentials);
}

function always<T>(value: T): () => Promise<T> {
  return () => Promise.resolve(value);
}

function sameUniverse(credentials: Credentials, name: string, universe: string): void {
  const own = textOf(credentials, 'universe_domain') ?? GOOGLE;
  if (own === universe) return;
  throw new LoginError(
    'malformed',
    `${name} is of the universe ${own}, not of ${universe}`,
    `universe_domain has to be ${own}`,
  );
}

/** Opens what `settings.source` names; the default looks where Google's own tools look. */
async function open(settings: LoginSettings): Promise<Opened> {
  const { source, scopes, universe = GOOGLE } = settings;
  const wanted = { scopes, universe };
  const written = ({ text, name }: { readonly text: string; readonly name: string }): Opened => {
    const credentials = readCredentials(text, name);
    sameUniverse(credentials, name, universe);
    return {
      name,
      make: (library) => library.clientOf(credentials, wanted),
      projectId: always(textOf(credentials, 'project_id')),
      email: always(emailOf(credentials)),
    };
  };
  const given = (name: string, get: () => Promise<GivenToken>): Opened => ({
    ...{ name, projectId: always(undefined), email: always(undefined) },
    make: (library) => library.clientOfTokens(get, wanted),
  });
  switch (source.type) {
    case 'file':
      return written(await readCredentialsFile(source.path, ''));
    case 'json':
      return written({ text: source.text, name: 'what is given as credentials' });
    case 'token':
      return given('the access token', always({ token: source.token }));
    case 'tokens':
      return given('the given tokens', source.get);
    case 'default': {
      const found = await defaultFile(process.env);
      if (found !== undefined) return written(found);
      const address = metadataAddress(process.env);
      if (address === undefined) throw nobody('the metadata server is switched off');
      const server = metadataServer(address);
      const get = (): Promise<GivenToken> =>
        server.token(scopes).catch((error: unknown) => {
          if (!(error instanceof LoginError) || error.problem !== 'unreachable') throw error;
          throw nobody(error.message);
        });
      return {
        ...given('the machine’s service account', get),
        projectId: () => server.projectId(),
        email: () => server.email(),
      };
    }
  }
}

function nobody(why: string): LoginError {
  const file = wellKnownFile(process.env);
  return new LoginError(
    'missing',
    `there are no credentials: GOOGLE_APPLICATION_CREDENTIALS is not set; there is no file ${file}; ${why}`,
    'log in by gcloud auth application-default login, or name a file of credentials',
  );
}

/** Whom a token belongs to, as Google says it. */
async function emailOfToken(headers: Readonly<Record<string, string>>, root: string): Promise<string | undefined> {
  try {
    const { status, body } = await openUrl(`${root.replace(/\/+$/, '')}/oauth2/v2/userinfo`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    });
    const { email } = JSON.parse((await readAtMost(body, 64 * 1024)).toString('utf8')) as { readonly email?: unknown };
    return status === 200 && typeof email === 'string' ? email : undefined;
  } catch {
    return undefined;
  }
}

/** The way in that the settings name. Asks nobody. */
export function googleLogin(settings: LoginSettings): GoogleLogin {
  const { source, impersonate, universe = GOOGLE, endpoints = {} } = settings;
  let opening: Promise<Opened> | undefined;
  let making: Promise<ReturnType<Library['clientOf']>> | undefined;

  function opened(): Promise<Opened> {
    opening ??= open(settings);
    // A file may be there later, and a server answer.
    opening.catch(() => (opening = undefined));
    return opening;
  }
  async function make(): Promise<ReturnType<Library['clientOf']>> {
    const who = await opened();
    const library = await import('./driver.ts');
    const client = who.make(library);
    if (impersonate === undefined) return client;
    const wanted = { scopes: settings.scopes, universe };
    return library.impersonating(client, impersonate, wanted, endpoints.iamcredentials);
  }
  async function named(): Promise<string> {
    const { name } = await opened();
    return impersonate === undefined ? name : `${impersonate.account} by ${name}`;
  }
  const headers: GoogleLogin['headers'] = async (url) => {
    making ??= make();
    const current = making;
    try {
      return Object.fromEntries((await (await current).getRequestHeaders(url)).entries());
    } catch (error) {
      if (making === current) making = undefined;
      // Those who make tokens for us have errors of their own.
      throw source.type === 'tokens' && impersonate === undefined ? error : loginFailure(error, await named());
    }
  };
  return {
    headers,
    renew: () => {
      making = undefined;
      opening = undefined;
      return source.type !== 'token';
    },
    projectId: async () => {
      const { GOOGLE_CLOUD_PROJECT: own = '', GCLOUD_PROJECT: older = '' } = process.env;
      return own || older || (await (await opened()).projectId());
    },
    email: async () => {
      if (impersonate !== undefined) return impersonate.account;
      const known = await (await opened()).email();
      return known ?? emailOfToken(await headers(), endpoints.oauth2 ?? `https://www.${universe}`);
    },
  };
}
