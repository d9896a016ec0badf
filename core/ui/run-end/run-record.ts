import type { KilnEvent } from '../../events/event.ts';
import { allSecrets } from '../../secrets/secret-mask.ts';
import { maskedFailure, maskedStep } from '../../events/masked-event.ts';

/** The end of one build. */
export type Finished = Extract<KilnEvent, { readonly type: 'build-finished' }>;
type Step = Extract<KilnEvent, { readonly type: 'step-finished' }>;
type LeftBehind = Extract<KilnEvent, { readonly type: 'left-behind' }>;

/** What the last lines of a run are made from. */
export interface RunRecord {
  readonly finished: readonly Finished[];
  readonly steps: readonly Step[];
  readonly leftBehind: readonly LeftBehind[];
  /** Of a run that has begun and ended. */
  readonly runId: string | undefined;
  /** Path of the run's report. */
  readonly report: string | undefined;
}

export interface RunRecorder {
  note(event: KilnEvent): void;
  /** All that was noted, without what has become known as a secret since then. */
  record(): RunRecord;
}

function withoutSecrets(event: Finished): Finished {
  const { failure } = event;
  return failure === undefined ? event : { ...event, failure: maskedFailure(failure, allSecrets) };
}

export function runRecorder(): RunRecorder {
  const finished: Finished[] = [];
  const steps: Step[] = [];
  const leftBehind: LeftBehind[] = [];
  let runId: string | undefined;
  let report: string | undefined;
  return {
    record: () => ({
      runId,
      report,
      finished: finished.map(withoutSecrets),
      steps: steps.map((event) => maskedStep(event, allSecrets)),
      leftBehind: leftBehind.map((event) => ({
        ...event,
        what: allSecrets.text(event.what),
        reason: allSecrets.text(event.reason),
      })),
    }),
    note: (event) => {
      if (event.type === 'build-finished') finished.push(event);
      else if (event.type === 'step-finished') steps.push(event);
      else if (event.type === 'left-behind') leftBehind.push(event);
      else if (event.type === 'run-finished') ({ runId, report } = event);
    },
  };
}
