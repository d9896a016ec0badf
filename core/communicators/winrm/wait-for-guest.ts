import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, KilnError, TimeoutError } from '../../errors/errors.ts';
import { isGuestBooting } from '../../errors/guest-failure.ts';
import { placeOf } from './protocol/http-channel.ts';
import type { Link } from './protocol/link.ts';
import type { WinrmConnectOptions, WinrmRun } from './options.ts';
import { powershell } from './powershell.ts';
import { runCommand } from './run-command.ts';

const PAUSE_MILLISECONDS = 1000;
const CHECK_MILLISECONDS = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;
const READY = 'WinRM connected.';

/** WinRM answers before PowerShell does. */
async function check(link: Link, signal: AbortSignal): Promise<void> {
  const heard: string[] = [];
  const script = `$ProgressPreference='SilentlyContinue';[Console]::Out.WriteLine('${READY}')`;
  const { outputTail } = await runCommand(link, powershell.command(script), {
    signal,
    timeout: CHECK_MILLISECONDS,
    onLine: (_stream, line) => void heard.push(line),
  });
  if (heard.some((line) => line.includes(READY))) return;
  const words = outputTail.trim();
  const reason = `WinRM answers and PowerShell does not yet${words === '' ? '' : `: ${words}`}`;
  throw new CommandError(reason, { code: 'WINRM_NOT_READY', guest: 'not-ready' });
}

/**
 * Asks until the guest's PowerShell answers. Throws `TimeoutError` WINRM_TIMEOUT with the last cause, at once what does
 * not pass by itself, and what `throwIfCancelled` throws.
 */
export async function waitForGuest(
  link: Link,
  options: Pick<WinrmConnectOptions, 'host' | 'port' | 'timeout'>,
  run: WinrmRun,
): Promise<void> {
  const deadline = AbortSignal.timeout(Math.ceil(Math.min(options.timeout, LONGEST_TIMER)));
  const signal = AbortSignal.any([run.signal, deadline]);
  let last: KilnError | undefined;
  const { timeout: limit } = options;
  const what = `WinRM at ${placeOf(options)}`;
  run.waiting?.(what, { limit });
  using _over = { [Symbol.dispose]: () => run.waiting?.(what, undefined) };
  for (;;) {
    try {
      await check(link, signal);
      return;
    } catch (error) {
      throwIfCancelled(run.signal);
      if (!deadline.aborted) {
        // What may pass while a guest boots and sets itself up; a login is refused until its user is there.
        if (!isGuestBooting(error)) throw error;
        if (error.message !== last?.message) {
          if (error.code === 'WINRM_LOGIN_REFUSED') run.warn(`${error.message}; trying again`);
          else run.debug(error.message);
        }
        last = error;
        run.waiting?.(what, { reason: error.message, limit });
      }
    }
    await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(run.signal);
    if (!deadline.aborted) continue;
    const reason = last === undefined ? '' : `: ${last.message}`;
    throw new TimeoutError(`no WinRM login at ${placeOf(options)} within ${options.timeout / 1000} s${reason}`, {
      code: 'WINRM_TIMEOUT',
      pointer: last?.pointer ?? '/winrm_timeout',
      cause: last,
      hint: last?.hint,
    });
  }
}
