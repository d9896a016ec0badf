import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { SFTPWrapper } from 'ssh2';
import type { ExecOptions } from '../../contract/communicator.ts';
import type { SshBackend } from './options.ts';

/** How a command ended; both are undefined when the server did not say. */
export interface CommandEnd {
  readonly exitStatus: number | undefined;
  /** Without "SIG"; "unknown" where the transport does not tell which one it was. */
  readonly signalName: string | undefined;
}

/** A command under way. Its streams may be one object. */
export interface CommandChannel {
  /** Undefined when the login has taken over the file that the request's `stdin` reads. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the server has told how the command ended; never when the connection goes before. */
  readonly exited: Promise<CommandEnd>;
  /** Resolves when nothing comes any more. */
  readonly closed: Promise<void>;
  /** Asks the server to signal the command; some transports cannot. */
  signal(name: 'TERM' | 'KILL'): void;
  /** Idempotent; never throws. */
  close(): void;
}

export interface SessionRequest {
  readonly terminal: boolean;
  readonly forwardAgent: boolean;
  readonly signal: AbortSignal;
  /** What is going to be sent. A login may take over a file of this machine, and send it by itself. */
  readonly stdin?: ExecOptions['stdin'];
}

/** What became of a command that was to be started; all but `started` say why it was not. */
export type Start<T> =
  | { readonly started: T }
  /** The server opened no session: the command was not even asked for. */
  | { readonly refused: string }
  /** It was asked for and not confirmed: whether it runs is not known when the connection is gone. */
  | { readonly unconfirmed: string }
  /** It was not asked for. */
  | { readonly notSent: string };

/** A connection that the server has let in. */
export interface SshConnection {
  /** Resolves when the connection is gone, with the reason. */
  readonly ended: Promise<string>;
  alive(): boolean;
  /** How long a lost connection may go unnoticed by `alive`, in milliseconds. */
  readonly lag: number;
  /** Resolves when nothing of it is left on this machine. Idempotent; never throws. */
  end(): Promise<void>;
  /**
   * Starts a command and gives its channel to `watch` before anything of it is lost. Throws what reading `stdin` here
   * throws, and what starting a program of this machine does.
   */
  start<T>(command: string, request: SessionRequest, watch: (channel: CommandChannel) => T): Promise<Start<T>>;
  /** Opens an SFTP session; undefined when the server offers none. */
  openSftp(): Promise<SFTPWrapper | undefined>;
  /** Opens a connection from the guest to somewhere. */
  openForward(host: string, port: number): Promise<Duplex>;
  /** Has a port of the guest lead here; `refused` is called when the server declines. */
  openRemoteTunnel(tunnel: Tunnel, refused: (reason: string) => void): void;
}

/** Whether the connection is gone, also where that shows a little late only. */
export async function isGone(login: SshConnection): Promise<boolean> {
  if (login.lag > 0) await Promise.race([login.ended, delay(login.lag)]);
  return !login.alive();
}

export interface ConnectionSource {
  /**
   * The live login; logs in again when there is none, for `limit` milliseconds at most (default: the template's
   * timeout). Throws as `waitForLogin` does, and COMMUNICATOR_CLOSED.
   */
  login(signal: AbortSignal, limit?: number): Promise<SshConnection>;
}

/** The connection to a guest, made anew whenever it was lost. */
export interface ReconnectingConnection extends ConnectionSource {
  readonly backend: SshBackend;
  /** Drops the login and waits for a new one, `timeout` milliseconds at most. */
  renew(timeout: number, signal: AbortSignal): Promise<SshConnection>;
  /** A known_hosts line of the key that the server showed. */
  knownHostsLine(server: 'guest' | 'bastion'): string | undefined;
  /** Called with every new login. */
  onLogin(listener: (login: SshConnection) => void): void;
  /** Resolves when nothing of it is left on this machine. Never throws. */
  close(): Promise<void>;
}

export interface Tunnel {
  /** Where connections are accepted. */
  readonly port: number;
  /** Where they are led. */
  readonly host: string;
  readonly hostPort: number;
}
