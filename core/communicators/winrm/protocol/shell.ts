import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { CommandError } from '../../../errors/errors.ts';
import { guestFailureOf } from '../../../errors/guest-failure.ts';
import { createShell, deleteShell, OPERATION_SECONDS } from './envelope.ts';
import { isQuota, refusal } from './faults.ts';
import type { Link } from './link.ts';
import { shellIdIn } from './reply.ts';

/** Milliseconds for one question: the guest answers within its operation timeout, or is gone. */
export const ANSWER_MILLISECONDS: number = (OPERATION_SECONDS + 15) * 1000;
const CLOSE_MILLISECONDS = 5000;
const QUOTA_TRIES = 5;
const QUOTA_PAUSE = 2000;

async function createOnce(link: Link, signal: AbortSignal): Promise<string | CommandError> {
  const answer = await link.ask(createShell(link.url), { signal, limit: ANSWER_MILLISECONDS });
  if ('document' in answer) return shellIdIn(answer.document);
  const error = refusal('open a shell', answer.fault);
  if (isQuota(answer.fault)) return error;
  throw error;
}

/** Another shell of the same user may just be ending. */
async function create(link: Link, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries++) {
    const made = await createOnce(link, signal);
    if (typeof made === 'string') return made;
    if (tries >= QUOTA_TRIES) throw made;
    await delay(QUOTA_PAUSE, undefined, { signal }).catch(() => throwIfCancelled(signal));
  }
}

/**
 * Opens a shell in the guest, gives its id to `body` and removes it. A new one for every command, so that each sees what
 * those before it changed in the environment. Throws what `Link.ask` throws and `CommandError` COMMUNICATOR_REFUSED.
 */
export async function withShell<T>(link: Link, signal: AbortSignal, body: (shellId: string) => Promise<T>): Promise<T> {
  const shellId = await create(link, signal).catch((error: unknown) => {
    throwIfCancelled(signal);
    // The guest had closed the connection, or is just going down; no command was in it yet.
    if (guestFailureOf(error) !== 'lost') throw error;
    return create(link, signal);
  });
  try {
    return await body(shellId);
  } finally {
    const options = { signal: new AbortController().signal, limit: CLOSE_MILLISECONDS };
    await link.ask(deleteShell(link.url, shellId), options).catch(() => undefined);
  }
}
