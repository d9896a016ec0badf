import type { PostProcessRun } from '../../plugins/sdk/index.ts';

/** Adds up bytes and reports them now and then. */
export interface ProgressMeter {
  add(bytes: number): void;
  /** Reports the last state. */
  finish(): void;
}

const reportEvery = 200;

/** `total` is in bytes. Reports at most five times a second. */
export function progressMeter(what: string, total: number, run: Pick<PostProcessRun, 'progress'>): ProgressMeter {
  let done = 0;
  let reported = performance.now();
  return {
    add(bytes) {
      done += bytes;
      const now = performance.now();
      if (now - reported < reportEvery) return;
      reported = now;
      run.progress(what, done, total, 'bytes');
    },
    finish() {
      run.progress(what, done, total, 'bytes');
    },
  };
}
