import type { Voice } from '../../run/build-run.ts';

/** An SSH server and how to log in to it. */
export interface SshEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string | undefined;
  /** Text of a private key. */
  readonly privateKey: string | undefined;
  /** Path of a private key; a leading "~/" is the home directory. Not read when `privateKey` is given. */
  readonly privateKeyFile: string | undefined;
  /** Opens the private key when it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Use the agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
}

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** All durations are milliseconds. */
export interface SshConnectOptions {
  readonly guest: SshEndpoint;
  /** Deadline of the whole wait for the guest. */
  readonly timeout: number;
  /** How many refused logins or failed handshakes end the wait; 0 for no limit. */
  readonly attempts: number;
  readonly bastion: SshEndpoint | undefined;
  readonly proxy: SocksProxy | undefined;
  readonly forwardAgent: boolean;
  readonly pty: boolean;
  /** 0 switches it off. */
  readonly keepAliveInterval: number;
  /** The connection counts as lost when nothing came for so long; 0 switches it off. */
  readonly silenceLimit: number;
  readonly ciphers: readonly string[] | undefined;
  readonly keyExchangeAlgorithms: readonly string[] | undefined;
  readonly transferMethod: 'scp' | 'sftp';
  /** LOCAL_PORT:REMOTE_HOST:REMOTE_PORT */
  readonly localTunnels: readonly string[];
  /** REMOTE_PORT:LOCAL_HOST:LOCAL_PORT */
  readonly remoteTunnels: readonly string[];
  readonly pauseBeforeConnecting: number;
}

/** What of a build's or provisioner's run the communicator uses. */
export type SshRun = Pick<Voice, 'say' | 'warn' | 'debug'> & { readonly signal: AbortSignal };
