import type { KnownToBuilder } from '../known-to-builder.ts';
import type { WinrmConnectOptions } from './options.ts';

/** The options of the mixin `communicator` that are WinRM's, after decoding; durations are milliseconds. */
export interface WinrmOptions {
  readonly winrm_host?: string;
  readonly winrm_port?: number;
  readonly winrm_username?: string;
  readonly winrm_password?: string;
  readonly winrm_no_proxy?: boolean;
  readonly winrm_timeout?: number;
  readonly winrm_use_ssl?: boolean;
  readonly winrm_insecure?: boolean;
  readonly winrm_use_ntlm?: boolean;
  readonly pause_before_connecting: number;
}

const DEFAULT_TIMEOUT = 30 * 60_000;

/** What `connectWinrm` needs, from a builder's options and from what the builder knows itself. */
export function winrmOptionsFrom(config: WinrmOptions, known: KnownToBuilder = {}): WinrmConnectOptions {
  const tls = config.winrm_use_ssl ?? false;
  return {
    host: known.host ?? config.winrm_host ?? '',
    port: known.port ?? config.winrm_port ?? (tls ? 5986 : 5985),
    username: known.username ?? config.winrm_username ?? '',
    password: known.password ?? config.winrm_password ?? '',
    tls,
    insecure: config.winrm_insecure ?? false,
    ntlm: config.winrm_use_ntlm ?? false,
    noProxy: config.winrm_no_proxy ?? false,
    timeout: config.winrm_timeout ?? DEFAULT_TIMEOUT,
    pauseBeforeConnecting: config.pause_before_connecting,
  };
}
