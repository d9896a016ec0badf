import { CommandError } from '../../../errors/errors.ts';
import { urlOf, type PostOptions } from './http-channel.ts';
import type { WinrmConnectOptions } from '../options.ts';
import { answerIn, type SoapOutcome } from './reply.ts';
import { openSession, type Session } from './session.ts';

/** Connections to a guest, each used for one question at a time. */
export interface Link {
  /** What messages are addressed to. */
  readonly url: string;
  /** Throws what `Session.post` throws, and COMMUNICATOR_CLOSED. */
  ask(envelope: string, options: PostOptions): Promise<SoapOutcome>;
  /** Drops all connections; the next question makes a new one. */
  drop(): void;
  close(): void;
}

/** A connection that was idle for longer may have been closed by the guest; nobody would know before it is too late. */
const IDLE_MILLISECONDS = 15_000;

export function linkTo(options: WinrmConnectOptions): Link {
  let idle: { readonly session: Session; readonly since: number }[] = [];
  const busy = new Set<Session>();
  let closed = false;

  const take = (): Session => {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (kept.session.alive() && performance.now() - kept.since < IDLE_MILLISECONDS) return kept.session;
      kept.session.close();
    }
    return openSession(options);
  };
  const drop = (): void => {
    for (const { session } of idle) session.close();
    for (const session of busy) session.close();
    idle = [];
  };
  return {
    url: urlOf(options),
    ask: async (envelope, given) => {
      if (closed) throw new CommandError('the connection was closed', { code: 'COMMUNICATOR_CLOSED' });
      const session = take();
      busy.add(session);
      try {
        const reply = await session.post(envelope, given);
        idle.push({ session, since: performance.now() });
        return answerIn(reply);
      } catch (error) {
        if (!idle.some((kept) => kept.session === session)) session.close();
        throw error;
      } finally {
        busy.delete(session);
      }
    },
    drop,
    close: () => {
      closed = true;
      drop();
    },
  };
}
