import { throwIfCancelled } from '../errors/cancelled.ts';
import { CancelledError } from '../errors/errors.ts';
import type { Emit } from '../events/event.ts';
import { maskedEvent } from '../events/masked-event.ts';
import { secretMask, type SecretMask } from '../secrets/secret-mask.ts';
import type { Plan } from '../plan/plan.ts';
import type { Inheritance } from './inheritance.ts';
import { maskedJournal } from './journal/masked-journal.ts';
import type { Journal } from './journal/journal.ts';
import type { OnError, RunOptions } from './run-options.ts';
import type { LeftBehind } from './report.ts';
import { openScope, type Scope } from './scope/scope.ts';
import { waitBoard, type WaitBoard } from './wait-board.ts';
import { temporaryDirectories } from './scope/temporary-directory.ts';

/** What all builds of one run share. */
export interface RunContext extends Inheritance {
  readonly runId: string;
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly onError: OnError;
  readonly debug: boolean;
  /** Whether -debug pauses no more: the user wants to go on. */
  readonly pausing: { isOver: boolean };
  /** Cancels the run, as the signal of its options does. */
  readonly stop: () => void;
  readonly journal: Journal;
  readonly mask: SecretMask;
  readonly releaseTimeout: number;
  /** The run's own scope: what belongs to no single build. */
  readonly scope: Scope;
  /** Grows as things are left behind; with secrets, as the builds' reports: `maskedReport` takes them out. */
  readonly leftBehind: LeftBehind[];
  readonly emit: Emit;
  /** What builds wait for. */
  readonly waits: WaitBoard;
  leaveBehind(entry: LeftBehind): void;
  /** Asks one question at a time, though builds run at once; undefined when there is nobody to ask. */
  readonly ask: RunOptions['ask'];
  /** A new directory of mode 0700 in the run's own temporary directory, which the journal knows. */
  readonly makeTemporaryDirectory: () => Promise<string>;
}

/** How long giving one thing back may take. */
export const RELEASE_MILLISECONDS: number = 5 * 60_000;

function maskedEmit(options: RunOptions, mask: SecretMask): Emit {
  return (event) => {
    try {
      options.emit({ ...maskedEvent(event, mask), time: Date.now() });
    } catch {
      // A reporter that fails must not end a build.
    }
  };
}

function oneAtATime(ask: RunOptions['ask']): RunOptions['ask'] {
  if (ask === undefined) return undefined;
  let turn: Promise<unknown> = Promise.resolve();
  return (question, signal) => {
    const answer = turn.then(() => {
      throwIfCancelled(signal);
      return ask(question, signal);
    });
    turn = answer.catch(() => undefined);
    return answer;
  };
}

export function openRun(
  runId: string,
  plan: Plan,
  given: RunOptions,
  plainJournal: Journal,
  { progress, inherited }: Inheritance,
): RunContext {
  const stopped = new AbortController();
  const options = { ...given, signal: AbortSignal.any([given.signal, stopped.signal]) };
  const mask = secretMask(plan.secrets);
  const journal = maskedJournal(plainJournal, mask);
  const emit = maskedEmit(options, mask);
  const leftBehind: LeftBehind[] = [];
  const leaveBehind = (entry: LeftBehind): void => {
    leftBehind.push(entry);
    emit({ type: 'left-behind', ...entry });
  };
  const releaseTimeout = options.releaseTimeout ?? RELEASE_MILLISECONDS;
  const say = (level: 'debug' | 'warning') => (text: string) => emit({ type: 'message', level, text });
  const scope = openScope({
    journal,
    releaseTimeout,
    build: undefined,
    signal: options.signal,
    say: say('debug'),
    warn: say('warning'),
    leftBehind: leaveBehind,
  });
  for (const { kind, thing } of inherited.run) scope.adopt(kind, thing);
  return {
    runId,
    plan,
    progress,
    inherited,
    options,
    onError: options.onError ?? 'cleanup',
    debug: options.debug ?? false,
    pausing: { isOver: false },
    stop: () => stopped.abort(new CancelledError()),
    journal,
    mask,
    releaseTimeout,
    scope,
    leftBehind,
    emit,
    waits: waitBoard(emit),
    leaveBehind,
    ask: oneAtATime(options.ask),
    makeTemporaryDirectory: temporaryDirectories(scope),
  };
}
