import { TimeoutError } from '../../errors/errors.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ReleaseContext, ResourceKind } from '../../contract/resource.ts';

/** What is known of a thing that is to be given back. */
export interface Releasable {
  readonly token: string;
  readonly locator: JsonValue;
  /** Undefined when it is not known whether it was made at all. */
  readonly id: JsonValue | undefined;
  readonly identity?: JsonValue;
  /** See `ReleaseContext`. */
  readonly madeAt?: number | undefined;
}

export interface ReleaseOptions {
  /** Milliseconds. */
  readonly timeout: number;
  readonly say: (text: string) => void;
}

/**
 * Runs `body` with a fresh signal that aborts after `timeout` milliseconds. Throws `TimeoutError` RELEASE_TIMEOUT then,
 * even when `body` does not listen to the signal.
 */
export async function withDeadline<T>(timeout: number, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TimeoutError(`not given back within ${timeout / 1000} s`, { code: 'RELEASE_TIMEOUT' });
      controller.abort(error);
      reject(error);
    }, timeout);
  });
  try {
    return await Promise.race([body(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives a thing back; looks for it by its token when its id is not known. Throws what the kind throws. */
export async function releaseThing(
  kind: ResourceKind<JsonValue>,
  { token, locator, id, identity, madeAt }: Releasable,
  { timeout, say }: ReleaseOptions,
): Promise<void> {
  await withDeadline(timeout, async (signal) => {
    const context: ReleaseContext = { signal, madeAt, say, ...(identity === undefined ? {} : { identity }) };
    const ids = id === undefined ? await kind.find(token, locator, context) : [id];
    for (const each of ids) await kind.release(each, locator, context);
  });
}
