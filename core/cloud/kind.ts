import type { ReleaseContext, ResourceKind } from '../contract/resource.ts';
import { doubtOf, lookFor } from './consistency.ts';
import { readLocator, type Locator } from './locator.ts';
import { retryWhile, waitFor, type Wait } from './wait.ts';

/** What the release of a thing may need beside a connection. */
export interface CloudRelease extends ReleaseContext {
  /** Makes a call again while other things, which are on their way out, still use the one that is to go. */
  whileInUse<T>(call: () => Promise<T>): Promise<T>;
  /** Waits, four minutes at most, until what is being given back is gone. Throws what `waitFor` throws. */
  waitUntilGone<T>(wait: Pick<Wait<T>, 'what' | 'look' | 'mayBeUnknown'>): Promise<T>;
  /** What `look` finds; looks again while what was made a moment ago may not be listed yet. */
  lookForNew(look: () => Promise<readonly string[]>): Promise<readonly string[]>;
}

/** What a kind of thing at a provider differs in from others. */
export interface CloudKindOptions<Connection> {
  /** "<component type>:<what>", as in `ResourceKind`. */
  readonly kind: string;
  /** Opens the provider for a thing, by what its locator remembers. */
  readonly open: (locator: Locator, signal: AbortSignal) => Promise<Connection>;
  /** The same connection whose calls about things go through `retry`; without it they are made once. */
  readonly patiently?: (connection: Connection, retry: <T>(call: () => Promise<T>) => Promise<T>) => Connection;
  /** Ids of the things that carry the token. */
  readonly find: (token: string, connection: Connection, locator: Locator) => Promise<readonly (string | undefined)[]>;
  /** Gives the thing back; may throw what `isNotFound` knows when it had gone before. */
  readonly release: (id: string, connection: Connection, locator: Locator, release: CloudRelease) => Promise<unknown>;
  /** The command with which a person gives the thing back. */
  readonly manualCommand: (id: string, locator: Locator) => string;
  /** Whether the provider said that a thing is not there. */
  readonly isNotFound: (error: unknown) => boolean;
  /** Whether a call was answered only when it was made again: its first attempt may have done the work. */
  readonly wasRepeated?: (error: unknown) => boolean;
  /** Whether the provider surely did nothing. */
  readonly isRefusal: (error: unknown) => boolean;
  /** Whether something else still uses the thing; default: never. */
  readonly isInUse?: (error: unknown) => boolean;
  /** How waits for things to go look and speak. */
  readonly waits: () => Pick<Wait<unknown>, 'codes' | 'longestPause' | 'unknownState'> & { readonly hint: string };
}

/** A kind of things of a provider, for `BuildRun.acquire`. */
export interface CloudKind extends ResourceKind<string> {
  /**
   * The `create` of an acquisition: makes the thing, and when the provider refuses notes that nobody needs to look for
   * what carries this token. Throws what `create` throws.
   */
  createUnlessRefused<T>(token: string, create: () => Promise<T>): Promise<T>;
}

/** How long a provider is asked for a thing over and over, until it knows what the thing needs. Milliseconds. */
const MAKING = 3 * 60_000;
/** Milliseconds; a release as a whole has five minutes. */
const RELEASE_LIMIT = 4 * 60_000;

function releaseOf<Connection>(context: ReleaseContext, options: CloudKindOptions<Connection>): CloudRelease {
  const { signal } = context;
  const { isInUse = () => false, isNotFound, waits } = options;
  return {
    ...context,
    whileInUse: (call) => retryWhile(call, isInUse, { signal, limit: RELEASE_LIMIT }),
    waitUntilGone: (wait) => {
      const { hint, ...asked } = waits();
      return waitFor({ ...asked, ...wait, limit: { milliseconds: RELEASE_LIMIT, hint }, isNotFound, signal });
    },
    lookForNew: (look) => {
      const doubt = doubtOf(context);
      return doubt === 0 ? look() : lookFor(look, doubt, signal);
    },
  };
}

/**
 * A kind of things that a provider keeps. What is not there any more counts as given back; of what was made a moment ago
 * that is believed only after some seconds. What the provider refused to make is not looked for.
 */
export function cloudKind<Connection>(options: CloudKindOptions<Connection>): CloudKind {
  const { open, patiently, isNotFound, wasRepeated = () => false } = options;
  const refusedTokens = new Set<string>();
  const isDoubtful = (error: unknown): boolean => isNotFound(error) && !wasRepeated(error);

  async function openPatiently(locator: Locator, context: ReleaseContext): Promise<Connection> {
    const { signal } = context;
    const connection = await open(locator, signal);
    const limit = doubtOf(context);
    return patiently?.(connection, (call) => retryWhile(call, isDoubtful, { signal, limit })) ?? connection;
  }

  return {
    kind: options.kind,
    createUnlessRefused: async (token, create) => {
      try {
        return await create();
      } catch (error) {
        if (options.isRefusal(error)) refusedTokens.add(token);
        throw error;
      }
    },
    release: async (id, journaled, context) => {
      const locator = readLocator(journaled);
      try {
        await options.release(id, await openPatiently(locator, context), locator, releaseOf(context, options));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    find: async (token, journaled, context) => {
      if (refusedTokens.has(token)) return [];
      const locator = readLocator(journaled);
      const connection = await open(locator, context.signal);
      const look = async (): Promise<readonly string[]> => {
        const found = await options.find(token, connection, locator).catch((error: unknown): readonly string[] => {
          if (!isNotFound(error)) throw error;
          return [];
        });
        return found.flatMap((id) => (id === undefined ? [] : [id]));
      };
      return lookFor(look, doubtOf(context, MAKING), context.signal);
    },
    manualCommand: (id, locator) => options.manualCommand(id, readLocator(locator)),
  };
}
