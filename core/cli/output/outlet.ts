// `import 'node:fs'` also loads Node's streams and readline, which takes longer than `kiln version` does.
const { constants, fstatSync, openSync, write, writeSync } = process.getBuiltinModule('node:fs');
import type { Stats } from 'node:fs';

/** Pause before a full pipe is tried again, in milliseconds: a little longer each time. */
const SHORTEST_PAUSE = 1;
const LONGEST_PAUSE = 20;
/** The most that is written at once by a thread, in bytes. */
const LARGEST_WRITE = 256 * 1024;
/** The most texts that are. */
const MOST_TEXTS = 4096;
/** Texts that were written are let go when there are so many. */
const DONE_KEPT = 1024;

/** A place where text goes, in order, without ever stopping the event loop. */
export interface Outlet {
  write(text: string | Uint8Array): void;
  /** Bytes that wait for their reader. */
  waiting(): number;
  /** Whether a thread of Node's is in a call of the system that may never end. */
  isStuck(): boolean;
  /** Why something was lost, when it was not that the reader had gone (`kiln build … | head`). */
  failure(): NodeJS.ErrnoException | undefined;
  /** Keeps what is written from now on, until `resume` is called. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing waits any more. */
  empty(): Promise<void>;
}

/**
 * "at-once": a file, which takes all. "ready": a pipe or a terminal that was opened once more, so that it can be told not
 * to wait without telling all who have it. "thread": a socket, or what may not be opened: a thread waits for it.
 */
type WriteMethod = { readonly kind: 'at-once' | 'ready' | 'thread'; readonly descriptor: number };

function wayTo(descriptor: number, stat: Stats): WriteMethod {
  if (stat.isSocket()) return { kind: 'thread', descriptor };
  if (!stat.isFIFO() && !stat.isCharacterDevice()) return { kind: 'at-once', descriptor };
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return { kind: 'ready', descriptor: openSync(`/proc/self/fd/${descriptor}`, flags) };
  } catch {
    return { kind: 'thread', descriptor };
  }
}

/** Opens the outlet that the descriptor is. `onWaiting` is told whenever something more has to wait. */
export function openOutlet(descriptor: number, onWaiting: (outlet: Outlet) => void): Outlet {
  const way = wayTo(descriptor, fstatSync(descriptor));
  let queue: Uint8Array[] = [];
  /** Texts of the queue that are written. */
  let done = 0;
  let waiting = 0;
  let pause = SHORTEST_PAUSE;
  let state: 'idle' | 'pausing' | 'writing' = 'idle';
  let failure: NodeJS.ErrnoException | undefined;
  let gone = false;
  let isPaused = false;
  let onEmpty: (() => void)[] = [];

  const settle = (): void => {
    if (waiting > 0) return;
    for (const tell of onEmpty.splice(0)) tell();
  };
  const fail = (error: unknown): void => {
    const problem = error as NodeJS.ErrnoException;
    gone = true;
    if (problem.code !== 'EPIPE') failure = problem;
    queue = [];
    done = 0;
    waiting = 0;
  };
  const take = (bytes: number): void => {
    waiting -= bytes;
    let rest = bytes;
    for (let first = queue[done]; first !== undefined && rest >= first.length; first = queue[done]) {
      rest -= first.length;
      done += 1;
    }
    const [first] = queue.slice(done, done + 1);
    if (first !== undefined && rest > 0) queue[done] = first.subarray(rest);
    if (done < DONE_KEPT && waiting > 0) return;
    queue = queue.slice(done);
    done = 0;
  };
  const tryLater = (): void => {
    state = 'pausing';
    setTimeout(() => {
      state = 'idle';
      pump();
    }, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  };
  const writeHere = (): void => {
    try {
      // Each text by a call of its own: up to 4 KiB nobody else's come between.
      for (let first = queue[done]; first !== undefined; first = queue[done]) {
        take(writeSync(way.descriptor, first));
        pause = SHORTEST_PAUSE;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') tryLater();
      else fail(error);
    }
    settle();
  };
  const writeByThread = (): void => {
    let size = 0;
    const texts = queue.slice(done, done + MOST_TEXTS);
    const count = texts.findIndex((text) => (size += text.length) > LARGEST_WRITE);
    const bytes = Buffer.concat(count < 0 ? texts : texts.slice(0, Math.max(1, count)));
    state = 'writing';
    write(way.descriptor, bytes, (error, written) => {
      state = 'idle';
      if (error === null) take(written);
      else if (error.code === 'EAGAIN') tryLater();
      else fail(error);
      settle();
      pump();
    });
  };
  const pump = (): void => {
    if (state !== 'idle' || waiting === 0 || isPaused) return;
    if (way.kind === 'thread') writeByThread();
    else writeHere();
  };

  const outlet: Outlet = {
    write: (text) => {
      if (gone || text.length === 0) return;
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      queue.push(bytes);
      waiting += bytes.length;
      pump();
      if (waiting > 0) onWaiting(outlet);
    },
    waiting: () => waiting,
    isStuck: () => state === 'writing',
    failure: () => failure,
    pause: () => void (isPaused = true),
    resume: () => {
      isPaused = false;
      pump();
    },
    empty: () =>
      new Promise((resolve) => {
        onEmpty = [...onEmpty, resolve];
        settle();
      }),
  };
  return outlet;
}
