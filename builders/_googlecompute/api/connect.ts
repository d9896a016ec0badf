import type { GoogleLogin } from '../../../clients/google-login/index.ts';
import { makeCompute, type Compute, type Send } from './driver.ts';

/** Google's own wait for an operation may take two minutes. Milliseconds. */
const LONGEST_CALL = 150_000;

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 401;
}

/**
 * Compute Engine at an address. Nothing is asked yet. Its calls throw the library's own errors, and what `login` throws; a
 * token that is refused is renewed once.
 */
export function connect(rootUrl: string, login: Pick<GoogleLogin, 'headers' | 'renew'>): Compute {
  const send =
    (plain: Send): Send =>
    async (request) => {
      const withLogin = async (): Promise<unknown> => {
        const headers = new Headers(request.headers);
        for (const [name, value] of Object.entries(await login.headers(rootUrl))) headers.set(name, value);
        return plain({ ...request, headers });
      };
      try {
        return await withLogin();
      } catch (error) {
        if (!isUnauthorized(error) || !login.renew()) throw error;
        return withLogin();
      }
    };
  return makeCompute(rootUrl, LONGEST_CALL, send);
}
