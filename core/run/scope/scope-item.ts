import type { Journal } from '../journal/journal.ts';
import type { JsonValue } from '../../contract/json.ts';
import { releaseThing, type Releasable } from './release.ts';
import type { ResourceKind } from '../../contract/resource.ts';
import type { LeftBehind } from '../report.ts';

/** What scopes need of the run. */
export interface ScopeContext {
  readonly journal: Journal;
  /** Milliseconds that giving one thing back may take. */
  readonly releaseTimeout: number;
  /** Display name of the build; undefined for the run's own scope. */
  readonly build: string | undefined;
  readonly signal: AbortSignal;
  say(text: string): void;
  warn(text: string): void;
  leftBehind(entry: LeftBehind): void;
}

/** Given back; left for `kiln gc`; or left for the user, where gc takes it only when it is told to. */
export type Disposition = 'release' | 'leave' | 'hold';

/** Something a scope has. It is in one scope's set at a time, and in none when it is gone or kept. */
export interface Item {
  readonly what: string;
  /** Undefined when the journal does not know it: it lies in something that the journal knows. */
  readonly token: string | undefined;
  /** One attempt at a time; after a failed one there may be another. */
  release(): Promise<void>;
  home: Set<Item>;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For records that the run can do without: gc then looks once more for what it will find gone. */
async function note(context: ScopeContext, token: string, record: 'released' | 'held'): Promise<void> {
  await context.journal.write({ record, token }).catch((error: unknown) => context.warn(reasonOf(error)));
}

/** An item of a journaled thing, in no set yet. */
export function journaledItem(
  context: ScopeContext,
  kind: ResourceKind<JsonValue>,
  what: string,
  thing: Releasable,
  home: Set<Item>,
): Item {
  let running: Promise<void> | undefined;
  const options = { timeout: context.releaseTimeout, say: (text: string): void => context.say(text) };
  const attempt = async (): Promise<void> => {
    await releaseThing(kind, thing, options);
    await note(context, thing.token, 'released');
  };
  const release = (): Promise<void> => {
    running ??= attempt().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
  return { what, token: thing.token, release, home };
}

/** Never throws: what cannot be given back is reported as left behind. */
export async function giveBack(context: ScopeContext, item: Item): Promise<void> {
  try {
    await item.release();
  } catch (error) {
    context.leftBehind({ build: context.build, what: item.what, reason: reasonOf(error) });
  }
  item.home.delete(item);
}

/** Leaves it where it is, and says so. Never throws. */
export async function leave(context: ScopeContext, item: Item, held: boolean, reason: string): Promise<void> {
  if (held && item.token !== undefined) await note(context, item.token, 'held');
  context.leftBehind({ build: context.build, what: item.what, reason });
  item.home.delete(item);
}

/** After a failed `create`, whose reply may have been lost: looks for the thing and gives it back. Never throws. */
export async function clearUp(
  context: ScopeContext,
  kind: ResourceKind<JsonValue>,
  what: string,
  thing: Omit<Releasable, 'id'>,
): Promise<void> {
  await giveBack(context, journaledItem(context, kind, what, { ...thing, id: undefined }, new Set()));
}

/** The thing was never asked for. */
export function noteNotMade(context: ScopeContext, token: string): Promise<void> {
  return note(context, token, 'released');
}
