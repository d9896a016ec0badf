import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../../errors/cancelled.ts';
import { KilnError, StepError, TimeoutError } from '../../../errors/errors.ts';
import { handshakeHint } from './handshake-hint.ts';
import type { ConnectRun } from '../../../contract/communicator-type.ts';
import type { SshConnection } from '../connection.ts';

/** Failures that pass by themselves while a guest boots, although a server answers; they count against `attempts`. */
const COUNTED: readonly string[] = ['SSH_HANDSHAKE_FAILED', 'SSH_LOGIN_REFUSED'];
/** Those that are waited out. */
const TRANSIENT_CODES: readonly string[] = ['SSH_UNREACHABLE', 'SSH_NO_BANNER', 'SSH_NAME_UNKNOWN'];
/** What the user may have to do something about, and should not learn when the time is up only. */
const SAID_AT_ONCE: readonly string[] = ['SSH_LOGIN_REFUSED', 'SSH_NAME_UNKNOWN'];

const SHORT_PAUSE = 200;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
/** Node's timers fire at once when they are set to more. */
const LONGEST_TIMER = 2_147_483_647;

const HINTS: Readonly<Record<string, string>> = {
  SSH_UNREACHABLE:
    'has the guest booted, got its network and started an SSH server? ssh_timeout gives a slow one more time',
  SSH_NO_BANNER: 'has the guest booted and started an SSH server? ssh_timeout gives a slow one more time',
  SSH_NAME_UNKNOWN:
    'is the name spelt rightly? a guest that registers its name when it boots can be given by its address',
  SSH_LOGIN_REFUSED:
    'check ssh_username and the password or key, and that the guest has them before its SSH server starts',
};

export interface LoginLimits {
  /** Milliseconds. */
  readonly timeout: number;
  /** The template's option that says so; default: ssh_timeout. */
  readonly option?: string | undefined;
  /** How many refused logins or failed handshakes end the wait; 0 for no limit. */
  readonly attempts: number;
  /** Milliseconds after which a name that does not exist is taken for wrong; default: the whole timeout. */
  readonly nameTimeout?: number | undefined;
  readonly signal: AbortSignal;
}

/** One try to log in; reports what it waits out itself. */
export type Dial = (signal: AbortSignal, onFailure: (failure: KilnError) => void) => Promise<SshConnection>;

function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10;
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function hintFor(failure: KilnError | undefined): { hint: string } | Record<string, never> {
  const hint =
    failure?.code === 'SSH_HANDSHAKE_FAILED' ? handshakeHint(failure.message) : failure && HINTS[failure.code];
  return hint === undefined ? {} : { hint };
}

function gaveUp(last: KilnError, counted: number): StepError {
  const times = counted === 1 ? '' : ` (tried ${counted} times)`;
  return new StepError(`${last.message}${times}`, {
    code: last.code,
    guest: last.guest,
    pointer: last.pointer,
    cause: last,
    ...hintFor(last),
  });
}

function timedOut(place: string, { timeout, option }: LoginLimits, last: KilnError | undefined): TimeoutError {
  const reason = last === undefined ? '' : `: ${last.message}`;
  return new TimeoutError(`no SSH login at ${place} within ${durationText(timeout)}${reason}`, {
    code: 'SSH_TIMEOUT',
    pointer: last?.pointer ?? `/${option ?? 'ssh_timeout'}`,
    cause: last,
    ...hintFor(last),
  });
}

interface Failures {
  /** The last one that was noted. */
  last(): KilnError | undefined;
  note(failure: KilnError): void;
}

/** `pointless` is called when no more waiting will help. */
function watchFailures(run: ConnectRun, nameTimeout: number, pointless: () => void): Failures {
  let last: KilnError | undefined;
  let said: string | undefined;
  let unknownSince: number | undefined;
  return {
    last: () => last,
    note: (failure) => {
      const { code, message } = failure;
      if (SAID_AT_ONCE.includes(code) && message !== said) {
        run.warn(`${message}; trying again`);
        said = message;
      } else if (message !== last?.message) run.debug(message);
      last = failure;
      unknownSince = code === 'SSH_NAME_UNKNOWN' ? (unknownSince ?? performance.now()) : undefined;
      if (unknownSince !== undefined && performance.now() - unknownSince >= nameTimeout) pointless();
    },
  };
}

/**
 * Dials until the guest lets Kiln in. Says at once, and again when it changes, why a login is refused. Throws
 * `TimeoutError` SSH_TIMEOUT, `StepError` SSH_LOGIN_REFUSED or SSH_HANDSHAKE_FAILED after `attempts` of them,
 * SSH_NAME_UNKNOWN, at once what does not pass by itself, and what `throwIfCancelled` throws.
 */
export async function waitForLogin(
  place: string,
  dial: Dial,
  limits: LoginLimits,
  run: ConnectRun,
): Promise<SshConnection> {
  const { timeout, attempts, nameTimeout = Infinity } = limits;
  const deadline = AbortSignal.timeout(Math.ceil(Math.min(timeout, LONGEST_TIMER)));
  const pointless = new AbortController();
  const signal = AbortSignal.any([limits.signal, deadline, pointless.signal]);
  const isLate = (): boolean => deadline.aborted;
  let pause = FIRST_PAUSE;
  let counted = 0;
  const failures = watchFailures(run, nameTimeout, () => pointless.abort());
  const what = `SSH at ${place}`;
  const note = (failure: KilnError): void => {
    failures.note(failure);
    run.waiting?.(what, { reason: failure.message, limit: timeout });
  };
  run.waiting?.(what, { limit: timeout });
  using _over = { [Symbol.dispose]: () => run.waiting?.(what, undefined) };
  for (;;) {
    throwIfCancelled(limits.signal);
    if (isLate()) throw timedOut(place, limits, failures.last());
    let failure: KilnError;
    try {
      return await dial(signal, note);
    } catch (error) {
      throwIfCancelled(limits.signal);
      if (!(error instanceof KilnError) || ![...COUNTED, ...TRANSIENT_CODES].includes(error.code)) throw error;
      failure = error;
    }
    const isCounted = COUNTED.includes(failure.code);
    if (isCounted) counted += 1;
    if (isCounted && !isLate() && attempts > 0 && counted >= attempts) throw gaveUp(failure, counted);
    // A login that the deadline cut short says less than the failure before it, if there was one.
    if (!isLate() || failures.last() === undefined) note(failure);
    if (pointless.signal.aborted) throw gaveUp(failures.last() ?? failure, 1);
    await delay(isCounted ? pause : SHORT_PAUSE, undefined, { signal }).catch(() => undefined);
    if (isCounted) pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
}
