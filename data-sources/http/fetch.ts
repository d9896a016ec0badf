import { openUrl, readAtMost, reasonOf, secretsIn, shownAddress, type HttpResponse } from '../../plugins/sdk/http.ts';
import { StepError, type FetchRun, type JsonObject } from '../../plugins/sdk/index.ts';
import type { HttpDataSourceConfig } from './config.gen.ts';

/** Bytes. */
const LARGEST_BODY = 8 * 1024 * 1024;
/** Milliseconds without a byte. */
const IDLE = 60_000;

function refuse(message: string, details: { readonly cause?: unknown; readonly hint?: string } = {}): StepError {
  return new StepError(message, { code: 'DATA_FETCH_FAILED', pointer: '/url', ...details });
}

function textIn(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw refuse('the answer is not text in UTF-8', { cause });
  }
}

function headersOf({ headers }: HttpResponse): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** Throws the system's error, and what the server refuses. */
async function exchange(config: HttpDataSourceConfig, { signal }: FetchRun): Promise<JsonObject> {
  const { url, method, request_headers: headers = {}, request_body: body } = config;
  const answer = await openUrl(url, { method: method.toUpperCase(), headers, body, signal, idle: IDLE });
  const { status, statusText } = answer;
  const content = await readAtMost(answer.body, LARGEST_BODY);
  if (status < 200 || status > 299) {
    const hint = status === 401 || status === 403 ? '"request_headers" can have an Authorization' : undefined;
    throw refuse(`${shownAddress(url)} answers ${status} ${statusText}`.trim(), hint === undefined ? {} : { hint });
  }
  return { url, body: textIn(content), response_headers: headersOf(answer) };
}

/** The answer's body and headers. Throws `StepError` DATA_FETCH_FAILED. */
export async function fetch(config: HttpDataSourceConfig, run: FetchRun): Promise<JsonObject> {
  try {
    return await exchange(config, run);
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof StepError) throw error;
    const reason = secretsIn(config.url).reduce((text, secret) => text.replaceAll(secret, '…'), reasonOf(error));
    throw refuse(`${shownAddress(config.url)} cannot be read: ${reason}`, { cause: error });
  }
}
