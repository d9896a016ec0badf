import { availableParallelism } from 'node:os';
import type { Load } from '../../contract/component.ts';

/** What is left to the rest of the machine. */
const SHARE = 0.9;
/** Machines wait much of their time: for the network, for their disks. */
const BUSY = 2;

/** What this machine (or the container) has to give now. */
export function roomHere(): Load {
  return { memory: process.availableMemory() * SHARE, processors: BUSY * availableParallelism() };
}

/**
 * Whether there is room for the last of those that came, in their order: for all of them at once, or for one that is too
 * large for the whole room when it has it alone. Who was let in stays in, whoever comes or goes, and nobody is overtaken.
 */
export function hasRoom(loads: readonly Load[], total: Load): boolean {
  if (loads.length <= 1) return true;
  const sum = (of: keyof Load): number => loads.reduce((all, load) => all + load[of], 0);
  return sum('memory') <= total.memory && sum('processors') <= total.processors;
}
