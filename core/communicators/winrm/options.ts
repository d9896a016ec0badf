import type { Ui } from '../../contract/build-run.ts';

/** All durations are milliseconds. */
export interface WinrmConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** HTTPS instead of HTTP. */
  readonly tls: boolean;
  /** Takes any certificate. */
  readonly insecure: boolean;
  /** NTLM instead of Basic. */
  readonly ntlm: boolean;
  /** Ignores the environment's proxies. */
  readonly noProxy: boolean;
  /** Deadline of the whole wait for the guest. */
  readonly timeout: number;
  readonly pauseBeforeConnecting: number;
}

/** What of a build's or provisioner's run the communicator uses. */
export type WinrmRun = Pick<Ui, 'say' | 'warn' | 'debug'> &
  Partial<Pick<Ui, 'waiting' | 'progress'>> & { readonly signal: AbortSignal };
