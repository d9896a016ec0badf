import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CancelledError } from '../../errors/errors.ts';
import type { Acquisition } from '../../contract/build-run.ts';
import type { JsonValue } from '../../contract/json.ts';
import { newId } from '../../text/new-id.ts';
import { withDeadline } from './release.ts';
import type { Acquired, Keepable, ResourceKind } from '../../contract/resource.ts';
import type { OutstandingThing } from '../report.ts';
import {
  clearUp,
  giveBack,
  journaledItem,
  leave,
  noteNotMade,
  reasonOf,
  type Disposition,
  type Item,
  type ScopeContext,
} from './scope-item.ts';

export interface Scope {
  /** Aborts when the run is cancelled, and when the scope ends. */
  readonly signal: AbortSignal;
  /** As `BuildRun.acquire`; throws what `throwIfCancelled` throws when the scope has ended. */
  acquire<Id extends JsonValue, Handle>(
    kind: ResourceKind<Id>,
    acquisition: Acquisition<Id, Handle>,
  ): Promise<Acquired<Id, Handle>>;
  /** Takes over a thing that an earlier process made, to be given back as those made here. */
  adopt(kind: ResourceKind<JsonValue>, thing: AdoptableThing): Acquired<JsonValue, undefined>;
  /** Adds something that lies in a journaled thing and so needs no record of its own. */
  defer(what: string, release: () => Promise<void>): void;
  /** Opens a scope inside this one. `about` names the build that the inner scope belongs to, if it is not this scope's. */
  child(about?: Pick<ScopeContext, 'build' | 'say' | 'warn'>): Scope;
  /** What there is now, for `releaseAllBut`. */
  snapshot(): ReadonlySet<Item>;
  /** Gives back what is not in the snapshot, last first. Never throws. */
  releaseAllBut(snapshot: ReadonlySet<Item>): Promise<void>;
  /** Ends the scope. Never throws: what cannot be given back is reported as left behind. */
  close(disposition: Disposition, reason: string): Promise<void>;
  /** Ends the scope without giving anything back: its things go to the scope around it. */
  handUp(): Promise<void>;
  /** What is there now or is being made, in scopes within too. */
  outstanding(): readonly OutstandingThing[];
}

export interface AdoptableThing {
  readonly token: string;
  readonly describe: string;
  readonly locator: JsonValue;
  readonly id: JsonValue;
  readonly identity?: JsonValue;
  /** See `ReleaseContext`. */
  readonly madeAt?: number | undefined;
}

const itemsOfKeeps = new WeakMap<Keepable['keep'], Item>();

function keeping(item: Item, journal: ScopeContext['journal']): Keepable['keep'] {
  const keep: Keepable['keep'] = async (...others) => {
    const kept = [keep, ...others.map((other) => other.keep)]
      .flatMap((each) => itemsOfKeeps.get(each) ?? [])
      .filter((each) => each.home.has(each));
    if (kept.length === 0) return;
    await journal.writeDurably({ record: 'kept', tokens: kept.flatMap(({ token }) => token ?? []) });
    for (const each of kept) each.home.delete(each);
  };
  itemsOfKeeps.set(keep, item);
  return keep;
}

interface Around {
  readonly items: Set<Item>;
  readonly children: Set<Scope>;
}

/** A scope: what is acquired on it is given back when it closes, last first, each thing under a deadline of its own. */
export function openScope(context: ScopeContext, around?: Around): Scope {
  const { journal, build } = context;
  const ending = new AbortController();
  const signal = AbortSignal.any([context.signal, ending.signal]);
  const items = new Set<Item>();
  const children = new Set<Scope>();
  const pending = new Map<Promise<unknown>, string>();
  let closed = false;

  const handlesOf = (item: Item): Pick<Acquired<JsonValue, unknown>, 'release' | 'keep'> => ({
    release: async () => {
      await item.release();
      item.home.delete(item);
    },
    keep: keeping(item, journal),
  });

  const make = async <Id extends JsonValue, Handle>(
    kind: ResourceKind<Id>,
    acquisition: Acquisition<Id, Handle>,
  ): Promise<Acquired<Id, Handle>> => {
    throwIfCancelled(signal);
    const { describe, locator } = acquisition;
    const token = newId();
    await journal.writeDurably({ record: 'intent', token, kind: kind.kind, build, describe, locator, at: Date.now() });
    if (signal.aborted) {
      await noteNotMade(context, token);
      throwIfCancelled(signal);
    }
    const made = await acquisition.create(token).catch(async (error: unknown) => {
      await clearUp(context, kind, describe, { token, locator, madeAt: Date.now() });
      throw error;
    });
    const { id } = made;
    const madeAt = Date.now();
    const identity = await kind.identify?.(id).catch(() => undefined);
    const known = { id, ...(identity === undefined ? {} : { identity }) };
    const item = journaledItem(context, kind, describe, { token, locator, ...known, madeAt }, items);
    items.add(item);
    // Without this record gc finds the thing by its token.
    await journal
      .write({ record: 'created', token, ...known, at: madeAt })
      .catch((error: unknown) => context.warn(reasonOf(error)));
    if (closed) {
      await giveBack(context, item);
      throw new CancelledError();
    }
    return { ...made, ...handlesOf(item) };
  };

  const end = async (): Promise<void> => {
    ending.abort(new CancelledError('the work around it has ended'));
    await withDeadline(context.releaseTimeout, () => Promise.allSettled(pending.keys())).catch(() => undefined);
    closed = true;
    for (const what of pending.values()) context.leftBehind({ build, what, reason: 'it is still being made' });
  };

  const releaseAllBut = async (snapshot: ReadonlySet<Item>): Promise<void> => {
    for (const item of [...items].reverse()) {
      if (items.has(item) && !snapshot.has(item)) await giveBack(context, item);
    }
  };

  const scope: Scope = {
    signal,
    acquire: (kind, acquisition) => {
      const making = make(kind, acquisition);
      pending.set(making, acquisition.describe);
      return making.finally(() => pending.delete(making));
    },
    adopt: (kind, thing) => {
      const item = journaledItem(context, kind, thing.describe, thing, items);
      items.add(item);
      return { id: thing.id, handle: undefined, ...handlesOf(item) };
    },
    defer: (what, release) => void items.add({ what, token: undefined, release, home: items }),
    child: (about) => {
      const inner = openScope({ ...context, ...about, signal }, { items, children });
      children.add(inner);
      return inner;
    },
    snapshot: () => new Set(items),
    releaseAllBut,
    close: async (disposition, reason) => {
      await end();
      if (disposition === 'release') await releaseAllBut(new Set());
      else for (const item of items) await leave(context, item, disposition === 'hold', reason);
      around?.children.delete(scope);
    },
    handUp: async () => {
      await end();
      for (const item of items) {
        item.home = around?.items ?? items;
        item.home.add(item);
      }
      if (around !== undefined) items.clear();
      around?.children.delete(scope);
    },
    outstanding: () => [
      ...[...children].flatMap((inner) => inner.outstanding()),
      ...[...pending.values(), ...[...items].map(({ what }) => what)].map((what) => ({ build, what })),
    ],
  };
  return scope;
}
