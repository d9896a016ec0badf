import { reasonOf } from '../scope/scope-item.ts';
import type { BuildState } from './build-state.ts';
import { uiOf } from './ui.ts';

/** See `BuildRun.offerConsole`. */
export async function offerConsole({ run, planned }: BuildState, socket: string): Promise<void> {
  try {
    await run.journal.write({ record: 'console', build: planned.displayName, socket });
  } catch (error) {
    uiOf(run, planned).warn(`"kiln attach" will not find the console: ${reasonOf(error)}`);
  }
}
