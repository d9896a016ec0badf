import { throwIfCancelled } from '../../errors/cancelled.ts';
import type { Outcome, ProvisionerStep } from '../../events/event.ts';
import { stepText } from '../../events/step-text.ts';
import { askAboutFailure } from './ask-at-failure.ts';
import { isCancellation, type BuildState } from './build-state.ts';
import { pauseInDebug } from './debug-pause.ts';
import type { Scope } from '../scope/scope.ts';

/** A step that runs a provisioner. */
export interface ProvisionerWork<T> extends ProvisionerStep {
  /** The user goes on without what failed. */
  readonly skip: () => Promise<T>;
}

/** Like `BuildRun.step`; a step that runs a provisioner says which. */
export type StepRunner = <T>(
  name: string,
  body: () => Promise<T>,
  isMet?: (error: unknown) => boolean,
  provisioner?: ProvisionerWork<T>,
) => Promise<T>;

interface StepAttempt<T> {
  readonly step: string;
  readonly about: Partial<ProvisionerStep>;
  readonly body: () => Promise<T>;
}

async function attempt<T>(state: BuildState, { step, about, body }: StepAttempt<T>): Promise<T> {
  const { run, planned } = state;
  const build = planned.displayName;
  const started = performance.now();
  run.emit({ type: 'step-started', build, step, ...about });
  const finish = (outcome: Outcome): void => {
    const milliseconds = Math.round(performance.now() - started);
    state.steps.push({ step, ...about, outcome, milliseconds });
    run.emit({ type: 'step-finished', build, step, ...about, outcome, milliseconds });
  };
  try {
    const value = await body();
    finish('succeeded');
    return value;
  } catch (error) {
    finish(isCancellation(state, error) ? 'cancelled' : 'failed');
    // Of steps within each other the innermost one failed.
    if (typeof error === 'object' && error !== null && !state.failedSteps.has(error)) {
      state.failedSteps.set(error, stepText({ step, ...about }));
    }
    throw error;
  }
}

/** Runs and times steps of one scope; with `-on-error=ask` a failed one may be run again, without what it had made. */
export function stepRunner(state: BuildState, scope: Scope): StepRunner {
  const { signal } = scope;
  let running = 0;
  return async (name, body, isMet, provisioner) => {
    throwIfCancelled(signal);
    const about: Partial<ProvisionerStep> =
      provisioner === undefined ? {} : { index: provisioner.index, of: provisioner.of, label: provisioner.label };
    const what = stepText({ step: name, ...about });
    if (state.steps.length > 0 && running === 0) {
      await pauseInDebug(state, `before ${what}`, signal);
      throwIfCancelled(signal);
    }
    const before = scope.snapshot();
    running += 1;
    try {
      for (;;) {
        try {
          return await attempt(state, { step: name, about, body });
        } catch (error) {
          // What other steps made meanwhile cannot be told from what this one made; the step around them may ask.
          if (running > 1 || isMet?.(error) === true) throw error;
          const question = { what: `step '${what}'`, error, retry: true, skip: provisioner !== undefined, signal };
          const chance = await askAboutFailure(state, question);
          if (chance === undefined) throw error;
          await scope.releaseAllBut(before);
          if (chance === 'skip' && provisioner !== undefined) return await provisioner.skip();
        }
      }
    } finally {
      running -= 1;
    }
  };
}
