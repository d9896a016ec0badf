import type { Token } from './token.ts';

/** The token of a connection: asked for when it is first needed, and again when it is stale or refused. */
export interface Session {
  /** `rejected` is a token that a service has just refused; the answer is another one. */
  token(signal: AbortSignal | undefined, rejected?: Token): Promise<Token>;
}

/** Milliseconds for all tries of one authentication, which no caller's signal ends. */
const LONGEST = 10 * 60_000;

/** The outcome of work that others wait for, too; the signal ends only this waiting for it. */
async function waitWith<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const give = (): void => reject(signal.reason);
  signal.addEventListener('abort', give, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

/** Makes a session; however many wait for a token, one is asked for. */
export function openSession(authenticate: (signal: AbortSignal) => Promise<Token>): Session {
  let current: Token | undefined;
  let flight: Promise<Token> | undefined;

  async function fly(): Promise<Token> {
    try {
      current = await authenticate(AbortSignal.timeout(LONGEST));
      return current;
    } finally {
      flight = undefined;
    }
  }

  return {
    token: async (signal, rejected) => {
      if (current !== undefined && current !== rejected && Date.now() < current.staleAt) return current;
      flight ??= fly();
      return waitWith(flight, signal);
    },
  };
}
