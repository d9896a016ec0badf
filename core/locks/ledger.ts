import { randomUUID } from 'node:crypto';
import { appendFile, open, readFile } from 'node:fs/promises';
import type { JsonObject } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';
import { jsonIn } from '../json/json-in.ts';
import { isOwner, isOwnerAlive, thisOwner, type RunOwner } from './owner.ts';

/** Somebody who wants something and has not yet left. */
export interface Entry<Wish> {
  readonly ticket: string;
  readonly owner: RunOwner;
  readonly wish: Wish;
}

/**
 * A file in which everybody who wants something writes down that they came, with what they want, and that they leave. It
 * is only ever appended to, and everybody who reads it finds the same ones in the same order. Half a line in it, which a
 * full disk or a writer's death leaves, is nothing; so is what is no line of a ledger.
 */
export interface Ledger<Wish> {
  /** Comes with a wish; resolves with the ticket for `leave`. Throws what the file system throws. */
  come(wish: Wish): Promise<string>;
  /** Those who are there and whose process lives, in the order in which they came. Throws what the file system throws. */
  present(): Promise<readonly Entry<Wish>[]>;
  /** Also on a disk that is full. Throws what the file system throws. */
  leave(ticket: string): Promise<void>;
}

type Line<Wish> = Entry<Wish> | { readonly done: string };

function lineOf<Wish>(text: string, read: (line: JsonObject) => Wish | undefined): Line<Wish> | undefined {
  const line = jsonIn(text);
  if (!isObject(line)) return undefined;
  const { wants: ticket, owner, done } = line;
  if (typeof done === 'string') return { done };
  if (typeof ticket !== 'string' || !isOwner(owner)) return undefined;
  const wish = read(line);
  return wish === undefined ? undefined : { ticket, owner, wish };
}

/** Those who came and did not leave. */
function entriesOf<Wish>(lines: readonly (Line<Wish> | undefined)[]): readonly Entry<Wish>[] {
  const entries = new Map<string, Entry<Wish>>();
  for (const line of lines) {
    if (line === undefined) continue;
    if ('done' in line) entries.delete(line.done);
    else entries.set(line.ticket, line);
  }
  return [...entries.values()];
}

/** Spoils the line of the one who leaves, which takes no room on a disk that is full. */
async function withdraw(path: string, ticket: string): Promise<void> {
  await using file = await open(path, 'r+');
  const at = (await file.readFile()).indexOf(`{"wants":"${ticket}"`);
  if (at >= 0) await file.write(' ', at);
}

/** `read` gives the wish that a line has in it, undefined when it has none. The directory of `path` has to be there. */
export function ledgerAt<Wish extends object>(
  path: string,
  read: (line: JsonObject) => Wish | undefined,
): Ledger<Wish> {
  // The line end before it parts it from half a line.
  const append = (line: object): Promise<void> => appendFile(path, `\n${JSON.stringify(line)}\n`);
  return {
    come: async (wish) => {
      const ticket = randomUUID();
      await append({ wants: ticket, owner: thisOwner(), ...wish });
      return ticket;
    },
    present: async () => {
      const text = await readFile(path, 'utf8');
      const entries = entriesOf(text.split('\n').map((line) => lineOf(line, read)));
      const alive = await Promise.all(entries.map(({ owner }) => isOwnerAlive(owner, path)));
      return entries.filter((_, index) => alive[index]);
    },
    leave: (ticket) => append({ done: ticket }).catch(() => withdraw(path, ticket)),
  };
}
