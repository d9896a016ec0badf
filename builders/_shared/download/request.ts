import { CancelledError, KilnError, StepError } from '../../../plugins/sdk/index.ts';
import { openUrl, readAtMost, reasonOf, shownAddress, TooMuch, type HttpResponse } from '../../../plugins/sdk/http.ts';

/** A small file is waited for so long, and tried so often when its connection breaks. */
const SMALL_MILLISECONDS = 120_000;
const SMALL_TRIES = 3;

/** What a failed request or transfer is to the user. */
export function asFailure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted) return new CancelledError();
  if (error instanceof KilnError || !(error instanceof Error)) return error;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new StepError(`the disk is full: ${shownAddress(url)} could not be kept`, {
      code: 'DISK_FULL',
      hint: 'free some space, or set KILN_CACHE_DIR to a directory on another file system',
      cause: error,
    });
  }
  return new StepError(`${shownAddress(url)} could not be fetched: ${reasonOf(error)}`, {
    code: 'DOWNLOAD_FAILED',
    cause: error,
  });
}

function refusal(url: string, { status, statusText }: HttpResponse): StepError {
  const isPrivate = /^https:\/\/([^/]*\.)?(s3\.amazonaws|storage\.googleapis)\.com\//.test(url);
  return new StepError(`${shownAddress(url)} answers ${status} ${statusText}`.trimEnd(), {
    code: 'DOWNLOAD_REFUSED',
    ...(isPrivate && status === 403 ? { hint: 'Kiln reads public objects only; a signed URL works too' } : {}),
  });
}

/** With these comes the whole file; other answers of 2xx have a part of it, or something else. */
const WHOLE = [200, 203];

/**
 * Asks for a file. Resolves with the answer when it has the whole file or its status is one of `accepted`. Throws
 * `StepError` DOWNLOAD_REFUSED and DOWNLOAD_FAILED, and `CancelledError` when `signal` aborts.
 */
export async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  accepted: readonly number[],
  signal: AbortSignal,
): Promise<HttpResponse> {
  try {
    const answer = await openUrl(url, { headers, signal });
    if ([...WHOLE, ...accepted].includes(answer.status)) return answer;
    answer.body.destroy();
    throw refusal(url, answer);
  } catch (error) {
    throw asFailure(error, url, signal);
  }
}

async function fetchOnce(url: string, most: number, signal: AbortSignal): Promise<Buffer> {
  const { body, headers, encoded } = await ask(url, {}, [], signal);
  try {
    const length = encoded ? Number.NaN : Number(headers['content-length']);
    if (length > most) throw new TooMuch(`it has ${length} bytes`);
    return await readAtMost(body, most);
  } finally {
    body.destroy();
  }
}

/**
 * A small file, such as a list of checksums. A connection that breaks is tried again. Throws `TooMuch` when there are more
 * than `most` bytes, and `StepError` DOWNLOAD_….
 */
export async function fetchSmall(url: string, most: number, signal: AbortSignal): Promise<Buffer> {
  const late = AbortSignal.timeout(SMALL_MILLISECONDS);
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetchOnce(url, most, AbortSignal.any([signal, late]));
    } catch (error) {
      const refused = error instanceof TooMuch || error instanceof StepError;
      if (!refused && !signal.aborted && !late.aborted && tries < SMALL_TRIES) continue;
      if (error instanceof TooMuch) throw error;
      const why = late.aborted ? new Error(`it was not there after ${SMALL_MILLISECONDS / 1000} s`) : error;
      throw asFailure(why, url, signal);
    }
  }
}
