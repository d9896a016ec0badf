import { openUrl } from './open-url.ts';
import { readAtMost } from './read-at-most.ts';
import type { Sending } from './send-request.ts';

/** Bytes. */
const LARGEST_ANSWER = 1024 * 1024;

/** A server's answer, whole. */
export interface ShortAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks a service that answers with little, whatever its status. Throws `Error`. */
export async function ask(url: string, sending: Sending): Promise<ShortAnswer> {
  const { status, body } = await openUrl(url, sending);
  return { status, text: (await readAtMost(body, LARGEST_ANSWER)).toString('utf8') };
}
