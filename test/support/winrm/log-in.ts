import type { Communicator } from '../../../core/contract/communicator.ts';
import { connectWinrm } from '../../../core/communicators/winrm/index.ts';
import type { WinrmConnectOptions, WinrmRun } from '../../../core/communicators/winrm/options.ts';
import type { WinrmServer } from './server.ts';

/** One that both ways of logging in bring over: Basic has no word on letters beyond ASCII. */
export const PASSWORD = 'Pa$$w0rd';

export function winrmOptions(
  server: Pick<WinrmServer, 'port'>,
  given: Partial<WinrmConnectOptions> = {},
): WinrmConnectOptions {
  return {
    host: '127.0.0.1',
    port: server.port,
    username: 'Administrator',
    password: PASSWORD,
    tls: false,
    insecure: false,
    ntlm: false,
    noProxy: false,
    timeout: 20_000,
    pauseBeforeConnecting: 0,
    ...given,
  };
}

export interface QuietRun extends WinrmRun {
  readonly heard: string[];
}

export function quietRun(signal: AbortSignal = new AbortController().signal): QuietRun {
  const heard: string[] = [];
  const note = (text: string): void => void heard.push(text);
  return { say: note, warn: note, debug: note, signal, heard };
}

export function logInTo(
  server: WinrmServer,
  given: Partial<WinrmConnectOptions> = {},
  run: WinrmRun = quietRun(),
): Promise<Communicator> {
  return connectWinrm(winrmOptions(server, given), run);
}
