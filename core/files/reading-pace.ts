import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** One who reads a file from its start to its end. */
export interface ReadingPace {
  /** Says how far the reader has come, in bytes, and waits while others who began with it are far behind. */
  reach(position: number): Promise<void>;
  [Symbol.dispose](): void;
}

interface Reader {
  position: number;
  /** When it came there, in milliseconds. */
  moved: number;
  readonly companions: Set<Reader>;
}

/** As far apart, in bytes, what one has read is still in memory when the next reads it. */
const APART = 67_108_864;
/** Who has not moved for so long, in milliseconds, is waited for no more: a server does not take what is sent, perhaps. */
const PATIENCE = 1000;
const LOOK_EVERY = 10;

const readers = new Map<string, Set<Reader>>();

function isFarBehind(other: Reader, position: number): boolean {
  return other.position + APART < position && performance.now() - other.moved < PATIENCE;
}

/**
 * Joins those of this process who read the same file: who began at about the same time goes through it side by side, so that
 * the disk is read once and the others read what is still in memory. Throws the system's error.
 */
export async function joinReading(path: string): Promise<ReadingPace> {
  const { dev, ino } = await stat(path);
  const key = `${dev} ${ino}`;
  const all = readers.get(key) ?? new Set();
  readers.set(key, all);
  const reader: Reader = { position: 0, moved: performance.now(), companions: new Set() };
  for (const other of all) {
    if (other.position > APART) continue;
    other.companions.add(reader);
    reader.companions.add(other);
  }
  all.add(reader);
  return {
    reach: async (position) => {
      reader.position = position;
      reader.moved = performance.now();
      while ([...reader.companions].some((other) => isFarBehind(other, position))) {
        await delay(LOOK_EVERY);
        // One who waits has not stopped.
        reader.moved = performance.now();
      }
    },
    [Symbol.dispose]: () => {
      all.delete(reader);
      for (const other of reader.companions) other.companions.delete(reader);
      if (all.size === 0) readers.delete(key);
    },
  };
}
