import { availableParallelism } from 'node:os';
import type { Load } from '../../contract/component.ts';

/** Runs a piece of work when this machine has room for it; those that wait come in the order of their calls. */
export type InRoom = <T>(load: Load | undefined, onWait: () => void, work: () => Promise<T>) => Promise<T>;

/** What is left to the rest of the machine. */
const SHARE = 0.9;
/** Machines wait much of their time: for the network, for their disks. */
const BUSY = 2;

/** What this machine (or the container) has to give now. */
export function roomHere(): Load {
  return { memory: process.availableMemory() * SHARE, processors: BUSY * availableParallelism() };
}

/** Work without a load needs no room; work that is too large for the whole room runs when it has it alone. */
export function roomFor(total: Load): InRoom {
  const waiting: { readonly load: Load; readonly enter: () => void }[] = [];
  let used: Load = { memory: 0, processors: 0 };
  let inside = 0;
  const fits = ({ memory, processors }: Load): boolean =>
    inside === 0 || (used.memory + memory <= total.memory && used.processors + processors <= total.processors);
  const change = ({ memory, processors }: Load, sign: 1 | -1): void => {
    used = { memory: used.memory + sign * memory, processors: used.processors + sign * processors };
    inside += sign;
  };
  const admit = (): void => {
    for (let [next] = waiting; next !== undefined && fits(next.load); [next] = waiting) {
      waiting.shift();
      change(next.load, 1);
      next.enter();
    }
  };
  return async (load, onWait, work) => {
    if (load === undefined) return work();
    const entered = new Promise<void>((enter) => waiting.push({ load, enter }));
    admit();
    if (waiting.some((each) => each.load === load)) onWait();
    await entered;
    try {
      return await work();
    } finally {
      change(load, -1);
      admit();
    }
  };
}
