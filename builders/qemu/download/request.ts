import { CancelledError, KilnError, StepError } from '../../../plugins/sdk/index.ts';

/** An address as it is asked and as it is shown, which is without a user and a password. */
export interface Address {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `fetch` takes no user and password in an address. */
export function addressOf(text: string): Address {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text, headers: {} };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` } };
}

/** What a failed request or transfer is to the user. */
export function asFailure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted) return new CancelledError();
  if (error instanceof KilnError || !(error instanceof Error)) return error;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new StepError(`the disk is full: ${url} could not be kept`, {
      code: 'DISK_FULL',
      hint: 'free some space, or set PACKER_CACHE_DIR to a directory on another file system',
      cause: error,
    });
  }
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  return new StepError(`${url} could not be fetched: ${reason}`, { code: 'DOWNLOAD_FAILED', cause: error });
}

/**
 * Asks for a file. Resolves with the answer when its status is 2xx or one of `accepted`. Throws `StepError`
 * DOWNLOAD_REFUSED and DOWNLOAD_FAILED, and `CancelledError` when `signal` aborts.
 */
export async function ask(
  address: Address,
  headers: Readonly<Record<string, string>>,
  accepted: readonly number[],
  signal: AbortSignal,
): Promise<Response> {
  const { url } = address;
  try {
    const all = { ...address.headers, 'accept-encoding': 'identity', ...headers };
    const response = await fetch(url, { headers: all, signal });
    if (response.ok || accepted.includes(response.status)) return response;
    await response.body?.cancel();
    const isPrivate = /^https:\/\/([^/]*\.)?(s3\.amazonaws|storage\.googleapis)\.com\//.test(url);
    throw new StepError(`${url} answers ${response.status} ${response.statusText}`.trimEnd(), {
      code: 'DOWNLOAD_REFUSED',
      ...(isPrivate && response.status === 403
        ? { hint: 'Kiln reads public objects only; a signed URL works too' }
        : {}),
    });
  } catch (error) {
    throw asFailure(error, url, signal);
  }
}

/** Text of a small file, such as a list of checksums. Throws `StepError` DOWNLOAD_…. */
export async function fetchText(text: string, signal: AbortSignal): Promise<string> {
  const address = addressOf(text);
  const response = await ask(address, {}, [], signal);
  try {
    return await response.text();
  } catch (error) {
    throw asFailure(error, address.url, signal);
  }
}
