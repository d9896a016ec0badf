import type { GoogleLogin } from '../../../clients/google-login/index.ts';
import { readAtMost, reasonOf, sendRequest } from '../../../plugins/sdk/http.ts';
import { isObject } from '../../../plugins/sdk/index.ts';
import { GoogleError } from '../api/google-error.ts';

/** What OS Login knows of an account, by Google's names. */
export interface LoginProfile {
  readonly posixAccounts?: readonly { readonly primary?: boolean; readonly username?: string }[];
  /** By their fingerprints. */
  readonly sshPublicKeys?: Readonly<Record<string, { readonly key?: string; readonly fingerprint?: string }>>;
}

/** The calls of OS Login that Kiln makes. All throw `GoogleError`, and what the login throws. */
export interface OsLogin {
  /** Adds a key to the account's profile; one that is there already stays. `expires`: milliseconds since the epoch. */
  importKey(
    email: string,
    key: string,
    options: { readonly project: string; readonly expires?: number },
  ): Promise<LoginProfile>;
  profile(email: string): Promise<LoginProfile>;
  removeKey(email: string, fingerprint: string): Promise<void>;
}

const LARGEST = 4 * 1024 * 1024;
const IDLE = 60_000;

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function refusal(status: number, text: string): GoogleError {
  const said = parsed(text)['error'];
  const { message, status: reason } = isObject(said) ? said : {};
  return new GoogleError(typeof message === 'string' ? message : `OS Login answers with status ${status}`, {
    status,
    reason: typeof reason === 'string' ? reason : '',
    mayHaveHappened: status >= 500,
  });
}

/** OS Login at its root ("https://oslogin.googleapis.com/"). */
export function osLogin(root: string, login: Pick<GoogleLogin, 'headers' | 'renew'>, signal: AbortSignal): OsLogin {
  async function once(method: string, url: URL, body: string | undefined): Promise<LoginProfile> {
    const headers = { ...(await login.headers(root)), 'content-type': 'application/json' };
    let status: number;
    let text: string;
    try {
      const answer = await sendRequest(url, { method, headers, body, idle: IDLE, signal });
      status = answer.statusCode ?? 0;
      text = (await readAtMost(answer, LARGEST)).toString('utf8');
    } catch (cause) {
      signal.throwIfAborted();
      throw new GoogleError(reasonOf(cause), { status: 0, reason: '', mayHaveHappened: true, cause });
    }
    if (status === 200) return parsed(text);
    throw refusal(status, text);
  }
  async function call(method: string, path: string, body?: object): Promise<LoginProfile> {
    const url = new URL(path, root);
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await once(method, url, text);
    } catch (error) {
      if (!(error instanceof GoogleError) || error.status !== 401 || !login.renew()) throw error;
      return once(method, url, text);
    }
  }
  const user = (email: string): string => `v1/users/${encodeURIComponent(email)}`;
  return {
    importKey: async (email, key, { project, expires }) => {
      const body = {
        key,
        ...(expires === undefined ? {} : { expirationTimeUsec: String(Math.round(expires) * 1000) }),
      };
      const path = `${user(email)}:importSshPublicKey?projectId=${encodeURIComponent(project)}`;
      const answer: Readonly<Record<string, unknown>> = { ...(await call('POST', path, body)) };
      return isObject(answer['loginProfile']) ? answer['loginProfile'] : {};
    },
    profile: (email) => call('GET', `${user(email)}/loginProfile`),
    removeKey: async (email, fingerprint) => {
      await call('DELETE', `${user(email)}/sshPublicKeys/${encodeURIComponent(fingerprint)}`);
    },
  };
}

/** The fingerprint by which OS Login knows a key; undefined when the profile does not have it. Comments do not count. */
export function fingerprintOf({ sshPublicKeys = {} }: LoginProfile, key: string): string | undefined {
  const blob = key.trim().split(/\s+/)[1];
  return Object.entries(sshPublicKeys).find(([, { key: known = '' }]) => known.trim().split(/\s+/)[1] === blob)?.[0];
}
