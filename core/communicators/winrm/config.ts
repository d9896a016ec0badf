import type { ConnectionOverrides } from '../../contract/communicator-type.ts';
import type { CommunicatorOptions } from '../options.gen.ts';
import type { WinrmConnectOptions } from './options.ts';

/** What `connectWinrm` needs, from a builder's options and from what the builder knows itself. */
export function winrmOptionsFrom(config: CommunicatorOptions, known: ConnectionOverrides = {}): WinrmConnectOptions {
  const tls = config.winrm_use_ssl;
  return {
    host: known.host ?? config.winrm_host ?? '',
    port: known.port ?? config.winrm_port ?? (tls ? 5986 : 5985),
    username: known.username ?? config.winrm_username ?? '',
    password: known.password ?? config.winrm_password ?? '',
    tls,
    insecure: config.winrm_insecure,
    ntlm: config.winrm_use_ntlm,
    noProxy: config.winrm_no_proxy,
    timeout: config.winrm_timeout,
    pauseBeforeConnecting: config.pause_before_connecting,
  };
}
