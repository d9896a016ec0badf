/** Tries one input after another, in a thread with little memory; `fuzz.ts` watches it. */
import { parentPort, workerData } from 'node:worker_threads';
import { components, loadSchemas } from './components.ts';
import { fuzzInput } from './inputs.ts';
import { tryTemplate } from './try-template.ts';

/** What the worker is told. */
export interface Task {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** The input that is being tried: one 32-bit number. */
  readonly progress: SharedArrayBuffer;
}

/** What the worker says. */
export type Report =
  | { readonly kind: 'failure'; readonly index: number; readonly what: string }
  | { readonly kind: 'end'; readonly outcomes: Readonly<Record<string, number>>; readonly slowest: number };

/** Milliseconds of processor time, which a busy machine does not stretch. */
function clock(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const MOST_MILLISECONDS = 2000;

const { seed, from, to, progress } = workerData as Task;
const at = new Int32Array(progress);
const schemas = await loadSchemas();
const outcomes: Record<string, number> = {};
let slowest = 0;

function report(said: Report): void {
  parentPort?.postMessage(said);
}

for (let index = from; index < to; index++) {
  Atomics.store(at, 0, index);
  const text = fuzzInput(schemas, seed, index);
  const start = clock();
  try {
    const { outcome } = await tryTemplate(text, components);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  } catch (error) {
    report({ kind: 'failure', index, what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  const taken = clock() - start;
  if (taken > MOST_MILLISECONDS) report({ kind: 'failure', index, what: `takes ${taken.toFixed(0)} ms` });
  slowest = Math.max(slowest, taken);
}
report({ kind: 'end', outcomes, slowest });
