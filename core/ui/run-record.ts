import type { KilnEvent } from '../events/event.ts';

type Finished = Extract<KilnEvent, { readonly type: 'build-finished' }>;
type Step = Extract<KilnEvent, { readonly type: 'step-finished' }>;
type LeftBehind = Extract<KilnEvent, { readonly type: 'left-behind' }>;

/** What the last lines of a run are made from. */
export interface RunRecord {
  readonly finished: readonly Finished[];
  readonly steps: readonly Step[];
  readonly leftBehind: readonly LeftBehind[];
}

export interface RunRecorder extends RunRecord {
  note(event: KilnEvent): void;
}

export function runRecorder(): RunRecorder {
  const finished: Finished[] = [];
  const steps: Step[] = [];
  const leftBehind: LeftBehind[] = [];
  return {
    finished,
    steps,
    leftBehind,
    note: (event) => {
      if (event.type === 'build-finished') finished.push(event);
      else if (event.type === 'step-finished') steps.push(event);
      else if (event.type === 'left-behind') leftBehind.push(event);
    },
  };
}
