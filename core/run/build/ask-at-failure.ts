import { isCancellation, type BuildState } from './build-state.ts';
import { loginCommand } from './login-command.ts';
import { reasonOf } from '../scope/scope-item.ts';

export interface FailureQuestion {
  /** "step 'create disk'". */
  readonly what: string;
  readonly error: unknown;
  /** Whether the user may choose to try again. */
  readonly retry: boolean;
  /** Whether the build could go on without what failed. */
  readonly skip: boolean;
  readonly signal: AbortSignal;
}

/** What becomes of a failed step; undefined: it has failed. */
export type SecondChance = 'retry' | 'skip' | undefined;

type Answer = 'clean' | 'abort' | 'keep' | 'shell' | 'skip' | 'retry';

/** A line that says how to get into the machine; empty when there is none to get into. */
export function wayIn({ guest }: BuildState): string {
  return guest === undefined ? '' : `To get into the machine: ${loginCommand(guest)}\n`;
}

/** Whether the person at the terminal can be given a shell in the guest. */
export function hasShell({ run, guest }: BuildState): boolean {
  return guest !== undefined && run.options.openShell !== undefined;
}

/** Gives the terminal to a shell in the guest until that ends. Never throws. */
export async function openShell({ run, guest }: BuildState, signal: AbortSignal): Promise<void> {
  if (guest === undefined) return;
  await run.options.openShell?.(loginCommand(guest), signal).catch(() => undefined);
}

function choices(state: BuildState, { retry, skip }: FailureQuestion): ReadonlyMap<string, readonly [Answer, string]> {
  return new Map([
    ['c', ['clean', 'clean up and exit']],
    ['a', ['abort', 'abort without cleanup']],
    ['k', ['keep', 'keep it for kiln resume and exit']],
    ...(hasShell(state) ? [['s', ['shell', 'shell in the machine']] as const] : []),
    ...(skip ? [['n', ['skip', 'next: skip this provisioner']] as const] : []),
    ...(retry ? [['r', ['retry', 'retry the step']] as const] : []),
  ]);
}

/** Asks until the answer is one of those offered. Throws what `ask` throws when the signal aborts. */
async function askWhatNow(state: BuildState, question: FailureQuestion): Promise<Exclude<Answer, 'shell'>> {
  const { run, planned } = state;
  const { what, error, signal } = question;
  if (run.ask === undefined) return 'clean';
  const offered = choices(state, question);
  const choice = [...offered].map(([key, [, words]]) => `[${key}] ${words}`).join(', ');
  const text = `${planned.displayName}: ${run.mask.text(`${what} failed: ${reasonOf(error)}`)}\n${wayIn(state)}${choice}? `;
  for (;;) {
    const given = await run.ask(text, signal);
    const answer = offered.get(given.trim().toLowerCase().charAt(0))?.[0];
    if (answer === 'shell') await openShell(state, signal);
    else if (answer !== undefined) return answer;
  }
}

const dispositions = { clean: 'release', abort: 'leave', keep: 'hold' } as const;

/** With `-on-error=ask`: asks what to do about a failure, once for each, and notes the choice. */
export async function askAboutFailure(state: BuildState, question: FailureQuestion): Promise<SecondChance> {
  const { error } = question;
  if (state.run.onError !== 'ask' || isCancellation(state, error)) return undefined;
  if (typeof error === 'object' && error !== null) {
    // What is around this step fails with the same error.
    if (state.asked.has(error)) return undefined;
    state.asked.add(error);
  }
  // Cancelled while it waited for an answer: cleaned up as whatever is cancelled.
  const answer = await askWhatNow(state, question).catch(() => 'clean' as const);
  if (answer === 'retry' || answer === 'skip') return answer;
  state.chosen = dispositions[answer];
  return undefined;
}
