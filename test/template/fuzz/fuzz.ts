import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Report, Task } from './fuzz-worker.ts';

/** MiB that one input after another may take; what leaks or explodes ends the worker. */
const MOST_MEMORY = 200;
/** Milliseconds after which an input that does not end is given up. */
const HANGS = 60_000;

export interface Failure {
  readonly index: number;
  readonly what: string;
}

export interface Fuzzed {
  readonly failures: readonly Failure[];
  /** How many inputs came to what. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Milliseconds of processor time of the slowest input. */
  readonly slowest: number;
}

/** Tries inputs `from` to `to` (which is not among them) of a seed; goes on behind one that kills the worker. */
export async function fuzz(seed: number, from: number, to: number): Promise<Fuzzed> {
  const failures: Failure[] = [];
  const outcomes: Record<string, number> = {};
  let slowest = 0;
  const progress = new SharedArrayBuffer(4);
  const at = new Int32Array(progress);
  for (let next = from; next < to; next = Atomics.load(at, 0) + 1) {
    const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
      workerData: { seed, from: next, to, progress } satisfies Task,
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    });
    const watch = (): NodeJS.Timeout => {
      const seen = Atomics.load(at, 0);
      return setTimeout(() => {
        if (Atomics.load(at, 0) !== seen) timer = watch();
        else void worker.terminate();
      }, HANGS);
    };
    let timer = watch();
    worker.on('message', (said: Report) => {
      if (said.kind === 'failure') failures.push(said);
      else {
        slowest = Math.max(slowest, said.slowest);
        for (const [outcome, count] of Object.entries(said.outcomes))
          outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
        Atomics.store(at, 0, to);
      }
    });
    worker.on('error', (error) =>
      failures.push({ index: Atomics.load(at, 0), what: `ends the thread: ${String(error)}` }),
    );
    const [code] = (await once(worker, 'exit')) as [number];
    clearTimeout(timer);
    const last = Atomics.load(at, 0);
    if (code !== 0 && failures.at(-1)?.index !== last) failures.push({ index: last, what: 'hangs' });
  }
  return { failures, outcomes, slowest };
}
