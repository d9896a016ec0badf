import type { GoogleLogin } from '../../../clients/google-login/index.ts';
import { retryWhile, type Access } from '../../../plugins/sdk/cloud.ts';
import { throwIfCancelled, type BuildRun, type JsonValue } from '../../../plugins/sdk/index.ts';
import { recallLogin, rememberLogin, type LoginOptions } from '../credentials/login-options.ts';
import { openLogin } from '../credentials/open-login.ts';
import { relayRoot, serviceRoot } from '../credentials/service-root.ts';
import type { Compute, Operation } from './driver.ts';
import { callFailure } from './failure.ts';
import { passes, readFailure } from './google-error.ts';

/** What goes with each call. */
export interface Call {
  readonly signal: AbortSignal;
}

/** Compute Engine, for one build. Calls throw `StepError` GOOGLE_…, and `CancelledError` when the signal aborts. */
export interface Cloud {
  /** For the locators of what is made here. */
  readonly access: Access;
  /** Lets in to Google's other services, at these roots. */
  readonly login: GoogleLogin;
  readonly osLoginRoot: string;
  readonly relayRoot: string;
  /** Asks something that changes nothing; again while Google is busy. Throws the reason of `until` when that aborts. */
  ask<T>(question: (compute: Compute, call: Call) => Promise<{ readonly data: T }>, until?: AbortSignal): Promise<T>;
  /** The same for what is on its way out: that it is not there is the answer, where `ask` may look again for a while. */
  look<T>(question: (compute: Compute, call: Call) => Promise<{ readonly data: T }>): Promise<T>;
  /**
   * Has Google begin something. While Google is busy, or its answer is lost, the request goes out again with the same
   * `requestId`, by which Google does it once.
   */
  begin(
    request: (compute: Compute, requestId: string, call: Call) => Promise<{ readonly data: Operation }>,
  ): Promise<Operation>;
}

/** How long a call is made again while it may pass. Milliseconds. */
const PATIENCE = 2 * 60_000;

const clients = new WeakMap<object, Promise<Compute>>();

/** Builds that get in the same way share one client, and so its token. */
async function clientFor(options: LoginOptions, login: GoogleLogin): Promise<Compute> {
  const make = async (): Promise<Compute> =>
    (await import('./connect.ts')).connect(serviceRoot('compute', options), login);
  const client = clients.get(login) ?? make();
  clients.set(login, client);
  return client;
}

/** A call ends by the signal; the token that it needs before may be waited for, and nobody who cancels waits for that. */
function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = Promise.withResolvers<never>();
  const cancel = (): void => cancelled.reject(new Error('cancelled'));
  signal.addEventListener('abort', cancel, { once: true });
  return Promise.race([work, cancelled.promise]).finally(() => signal.removeEventListener('abort', cancel));
}

/** Nothing is asked of Google before the first call. */
export async function openCloud(options: LoginOptions, { signal }: Pick<BuildRun, 'signal'>): Promise<Cloud> {
  const login = await openLogin(options);
  const compute = await clientFor(options, login);
  const once = async <T>(work: () => Promise<{ readonly data: T }>, until?: AbortSignal): Promise<T> => {
    throwIfCancelled(signal);
    try {
      return (await unlessCancelled(work(), signal)).data;
    } catch (error) {
      throwIfCancelled(signal);
      until?.throwIfAborted();
      throw readFailure(error) ?? error;
    }
  };
  const patiently = async <T>(work: () => Promise<{ readonly data: T }>, until?: AbortSignal): Promise<T> => {
    try {
      return await retryWhile(() => once(work, until), passes, { signal, limit: PATIENCE });
    } catch (error) {
      throw callFailure(error);
    }
  };
  const ask: Cloud['ask'] = (question, until) => {
    const either = until === undefined ? signal : AbortSignal.any([signal, until]);
    return patiently(() => question(compute, { signal: either }), until);
  };
  return {
    access: rememberLogin(options),
    login,
    osLoginRoot: serviceRoot('oslogin', options),
    relayRoot: relayRoot(options),
    ask,
    look: ask,
    begin: (request) => {
      const requestId = crypto.randomUUID();
      return patiently(() => request(compute, requestId, { signal }));
    },
  };
}

/** The way in that `Cloud.access` names, for giving things back. */
export function reopenCloud(access: JsonValue | undefined, signal: AbortSignal): Promise<Cloud> {
  return openCloud(recallLogin(access), { signal });
}
