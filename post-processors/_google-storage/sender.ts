import type { JsonObject } from '../../plugins/sdk/index.ts';
import type { HttpServer } from '../_transfer/exchange.ts';
import { forgotten, interrupted } from '../_transfer/failure.ts';
import { askSession, sendToSession, type SessionState } from './session.ts';

/** A stretch of an object. But for the last one, stretches are multiples of 256 KiB. */
export interface Stretch {
  readonly position: number;
  readonly bytes: Buffer;
  /** Bytes of the whole object; undefined for a stretch that is not the last one of an object whose size nobody knows yet. */
  readonly size: number | undefined;
}

/** Sends an object through a session, stretch after stretch. */
export interface SessionSender {
  /**
   * Resolves when the stretch is there, whatever of it was there before. May be called again for the same stretch. Throws
   * what `exchange` does, and UPLOAD_LOST when the session is over or has less than was sent before the stretch.
   */
  send(stretch: Stretch, signal: AbortSignal): Promise<void>;
  /** What the object became; undefined while it is not whole. */
  made(): JsonObject | undefined;
}

/** `begun` is how many bytes the session is known to have. */
export function sessionSender(server: HttpServer, session: string, begun: number, url: string): SessionSender {
  /** `offset` is undefined while it is not known what has arrived. */
  const known: { offset: number | undefined; made: JsonObject | undefined } = { offset: begun, made: undefined };

  const note = (state: SessionState): void => {
    if ('object' in state) known.made = state.object;
    else known.offset = state.offset;
  };

  return {
    made: () => known.made,
    send: async ({ position, bytes, size }, signal) => {
      if (known.offset === undefined) note(await askSession(server, session, size, url));
      while (known.made === undefined) {
        const from = known.offset ?? 0;
        const done = from - position;
        if (done < 0) throw forgotten(url);
        if (done >= bytes.length && bytes.length > 0) return;
        known.offset = undefined;
        const state = await sendToSession(server, session, { from, bytes: bytes.subarray(done), size }, url, signal);
        note(state);
        // Google may keep a part of what it was sent, and asks for the rest.
        if ('offset' in state && state.offset <= from) throw interrupted(`write ${url}: the server keeps nothing`);
      }
    },
  };
}
