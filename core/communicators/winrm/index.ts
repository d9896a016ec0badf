import type { Communicator } from '../../contract/communicator.ts';
import type { WinrmConnectOptions, WinrmRun } from './options.ts';

/**
 * Waits until the guest lets Kiln in by WinRM and its PowerShell answers. Throws `TimeoutError` (WINRM_TIMEOUT) with the
 * last cause when `options.timeout` runs out, `StepError` (WINRM_CERTIFICATE, WINRM_HOST_MISSING) for
 * what does not pass by itself, and `CancelledError`. The code that does it is loaded on the first call.
 */
export async function connectWinrm(options: WinrmConnectOptions, run: WinrmRun): Promise<Communicator> {
  return (await import('./connect.ts')).connect(options, run);
}
