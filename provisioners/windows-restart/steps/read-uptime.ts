import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { guestLost, powershell } from '../../../plugins/sdk/guest.ts';

/** Milliseconds that the guest is up, and when that was so by this machine's clock. */
export interface Uptime {
  readonly milliseconds: number;
  readonly at: number;
  readonly host: string;
}

const SCRIPT =
  "$ProgressPreference='SilentlyContinue'\n" +
  "[Console]::Out.WriteLine('KILN-UPTIME {0} {1}' -f [Environment]::TickCount,[Net.Dns]::GetHostName())";
const ANSWER_MILLISECONDS = 60_000;

/** Throws `CommandError` WINDOWS_NO_UPTIME when PowerShell does not say it, and what the communicator throws. */
export async function readUptime({ communicator, signal }: ProvisionRun, limit: number): Promise<Uptime> {
  let found: RegExpExecArray | null = null;
  const { disconnected, outputTail } = await communicator.exec(powershell.command(SCRIPT), {
    signal,
    timeout: Math.min(limit, ANSWER_MILLISECONDS),
    onLine: (_stream, line) => {
      found = /^KILN-UPTIME (-?\d+)\s*(.*)$/.exec(line) ?? found;
    },
  });
  if (disconnected) throw guestLost();
  // The compiler does not see that the callback has set it.
  const [, ticks, host = ''] = (found as RegExpExecArray | null) ?? [];
  if (ticks === undefined) {
    throw new CommandError("the guest's PowerShell does not say how long it is up", {
      code: 'WINDOWS_NO_UPTIME',
      guest: 'not-ready',
      outputTail,
    });
  }
  // 32 bits, in which the second half of 49 days is negative.
  return { milliseconds: Number(ticks) >>> 0, at: performance.now(), host: host === '' ? 'the guest' : host };
}

/**
 * Whether the guest was started anew between the two. Its clock may be set meanwhile, its uptime not: that falls behind
 * this machine's clock by what it was before the restart. A guest that was only halted for a moment falls behind less.
 */
export function hasRestarted(before: Uptime, now: Uptime): boolean {
  const behind = now.at - before.at - (now.milliseconds - before.milliseconds);
  return behind > Math.min(60_000, before.milliseconds / 2);
}
