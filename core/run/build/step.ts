import { throwIfCancelled } from '../../errors/cancelled.ts';
import type { Outcome } from '../../events/event.ts';
import { isCancellation, type BuildState } from './build-state.ts';
import { loginCommand } from './login-command.ts';
import { reasonOf } from '../scope/scope-item.ts';
import type { Scope } from '../scope/scope.ts';
import type { BuildRun } from '../../contract/build-run.ts';

interface Question {
  /** "step 'create disk'". */
  readonly what: string;
  readonly error: unknown;
  /** Whether the user may choose to try again. */
  readonly retry: boolean;
  readonly signal: AbortSignal;
}

type ErrorChoice = 'clean' | 'abort' | 'retry';

/** A line that says how to get into the machine; empty when there is none to get into. */
function wayIn({ guest }: BuildState): string {
  return guest === undefined ? '' : `To get into the machine: ${loginCommand(guest)}\n`;
}

/** Asks until the answer is one of those offered. Throws what `ask` throws when the signal aborts. */
async function askWhatNow(state: BuildState, question: Question): Promise<ErrorChoice> {
  const { run, planned } = state;
  const { what, error, retry, signal } = question;
  if (run.ask === undefined) return 'clean';
  const answers = new Map<string, ErrorChoice>([
    ['c', 'clean'],
    ['a', 'abort'],
    ...(retry ? [['r', 'retry'] as const] : []),
  ]);
  const choice = `[c] clean up and exit, [a] abort without cleanup${retry ? ', [r] retry the step' : ''}? `;
  const text = `${planned.displayName}: ${what} failed: ${run.mask.text(reasonOf(error))}\n${wayIn(state)}${choice}`;
  for (;;) {
    const given = await run.ask(text, signal);
    const answer = answers.get(given.trim().toLowerCase().charAt(0));
    if (answer !== undefined) return answer;
  }
}

/**
 * With `-on-error=ask`: asks what to do about a failure, once for each, and notes the choice. True when the failed step
 * is to be run again; only asked for when `retry` is set.
 */
export async function askAboutFailure(state: BuildState, question: Question): Promise<boolean> {
  const { error } = question;
  if (state.run.onError !== 'ask' || isCancellation(state, error)) return false;
  if (typeof error === 'object' && error !== null) {
    // What is around this step fails with the same error.
    if (state.asked.has(error)) return false;
    state.asked.add(error);
  }
  // Cancelled while it waited for an answer: cleaned up as whatever is cancelled.
  const answer = await askWhatNow(state, question).catch(() => 'clean' as const);
  if (answer !== 'retry') state.chosen = answer === 'abort' ? 'leave' : 'release';
  return answer === 'retry';
}

/** Waits for Enter when -debug was given and someone can be asked. */
export async function pauseInDebug(state: BuildState, when: string, signal: AbortSignal): Promise<void> {
  const { run, planned } = state;
  if (!run.debug || run.ask === undefined || signal.aborted) return;
  await run
    .ask(`${wayIn(state)}${planned.displayName}: Pausing ${when}. Press enter to continue. `, signal)
    .catch(() => '');
}

async function attempt<T>(state: BuildState, step: string, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
  const { run, planned } = state;
  const build = planned.displayName;
  const started = performance.now();
  run.emit({ type: 'step-started', build, step });
  const finish = (outcome: Outcome): void => {
    const milliseconds = Math.round(performance.now() - started);
    state.steps.push({ step, outcome, milliseconds });
    run.emit({ type: 'step-finished', build, step, outcome, milliseconds });
  };
  try {
    const value = await body();
    finish('succeeded');
    await pauseInDebug(state, `after run of step '${step}'`, signal);
    return value;
  } catch (error) {
    finish(isCancellation(state, error) ? 'cancelled' : 'failed');
    throw error;
  }
}

/** Runs and times steps of one scope; with `-on-error=ask` a failed one may be run again, without what it had made. */
export function stepRunner(state: BuildState, scope: Scope): BuildRun['step'] {
  const { signal } = scope;
  let running = 0;
  return async (name, body, isMet) => {
    throwIfCancelled(signal);
    const before = scope.snapshot();
    running += 1;
    try {
      for (;;) {
        try {
          return await attempt(state, name, signal, body);
        } catch (error) {
          // What other steps made meanwhile cannot be told from what this one made; the step around them may ask.
          if (running > 1 || isMet?.(error) === true) throw error;
          if (!(await askAboutFailure(state, { what: `step '${name}'`, error, retry: true, signal }))) throw error;
          await scope.releaseAllBut(before);
        }
      }
    } finally {
      running -= 1;
    }
  };
}
