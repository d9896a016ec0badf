import { setTimeout as delay } from 'node:timers/promises';
import { openUrl } from '../../core/http/open-url.ts';
import { readAtMost } from '../../core/http/read-at-most.ts';
import { reasonOf } from '../../core/http/send-request.ts';
import { LoginError } from './login-error.ts';
import type { GivenToken } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What answers on the machines of Google's clouds about the machine itself, and makes its tokens. */
export interface MetadataServer {
  /** A token of the machine's service account. Throws `LoginError`. */
  token(scopes: readonly string[]): Promise<GivenToken>;
  /** Undefined when the server has none, or does not answer. */
  email(): Promise<string | undefined>;
  projectId(): Promise<string | undefined>;
}

const PATIENCE = 3000;
/** A pod's metadata server may take some seconds until it answers; a machine elsewhere never does. */
const PAUSES = [0, 500, 1500];
const LARGEST_ANSWER = 64 * 1024;

/** Its address by the variables that Google's libraries read; undefined when it is switched off. By number, so that no proxy is asked. */
export function metadataAddress(environment: Environment): string | undefined {
  if (/^true$/i.test(environment['NO_GCE_CHECK'] ?? '')) return undefined;
  if (/^none$/i.test((environment['METADATA_SERVER_DETECTION'] ?? '').trim())) return undefined;
  const given = environment['GCE_METADATA_HOST'] || environment['GCE_METADATA_IP'] || '169.254.169.254';
  return /^https?:\/\//.test(given) ? given.replace(/\/+$/, '') : `http://${given}`;
}

async function look(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const { status, headers, body } = await openUrl(url, {
    headers: { 'metadata-flavor': 'Google' },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const text = (await readAtMost(body, LARGEST_ANSWER)).toString('utf8');
  // Other clouds, and some networks, answer at this address too.
  if (headers['metadata-flavor'] !== 'Google') throw new Error('what answers is not Google’s metadata server');
  return { status, text };
}

async function ask(address: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  let failure: unknown;
  for (const pause of PAUSES) {
    await delay(pause);
    try {
      const answer = await look(`${address}/computeMetadata/v1/${path}`);
      if (answer.status < 500 && answer.status !== 429) return answer;
      failure = new Error(`it answers with status ${answer.status}`);
    } catch (error) {
      failure = error;
      // A machine that is not one of Google's is not asked again and again.
      if (error instanceof Error && error.name === 'TimeoutError') break;
    }
  }
  const why = failure instanceof Error && failure.name === 'TimeoutError' ? 'it does not answer' : reasonOf(failure);
  throw new LoginError('unreachable', `the metadata server ${address}: ${why}`);
}

function tokenIn(text: string): GivenToken | undefined {
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof token !== 'string' || token === '') return undefined;
    return { token, ...(typeof seconds === 'number' ? { expires: Date.now() + seconds * 1000 } : {}) };
  } catch {
    return undefined;
  }
}

const ACCOUNT = 'instance/service-accounts/default';

export function metadataServer(address: string): MetadataServer {
  async function text(path: string): Promise<string | undefined> {
    try {
      const answer = await ask(address, path);
      return answer.status === 200 && answer.text.trim() !== '' ? answer.text.trim() : undefined;
    } catch {
      return undefined;
    }
  }
  return {
    token: async (scopes) => {
      const answer = await ask(address, `${ACCOUNT}/token?scopes=${scopes.map(encodeURIComponent).join(',')}`);
      const token = answer.status === 200 ? tokenIn(answer.text) : undefined;
      if (token !== undefined) return token;
      if (answer.status === 404) {
        const hint = 'attach a service account to the machine, or give credentials_file';
        throw new LoginError('missing', 'this machine has no service account', hint);
      }
      throw new LoginError('refused', `the metadata server ${address} gives no token (status ${answer.status})`);
    },
    email: () => text(`${ACCOUNT}/email`),
    projectId: () => text('project/project-id'),
  };
}
