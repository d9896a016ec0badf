import type { Readable, Writable } from 'node:stream';

/** Where a command wrote a line to. */
export type OutputStream = 'stdout' | 'stderr';

/** How a command of the guest is run. */
export interface ExecOptions {
  readonly signal: AbortSignal;
  /** Sent to the command's standard input, which is closed after it. Without it the command reads end-of-file. */
  readonly stdin?: string | Uint8Array | Readable;
  /** Called with each whole line (without its end; text after the last carriage return only), as it comes. */
  readonly onLine?: (stream: OutputStream, line: string) => void;
  /** Gets standard output as it is, and its end; it then is in no line and not in the tail. All of it is waited for. */
  readonly stdout?: Writable;
  /** Gets standard error as it is, besides `onLine` and the tail; it is not ended. */
  readonly stderr?: Writable;
  /** Whether this command gets a terminal; default: `Communicator.terminal`. */
  readonly terminal?: boolean;
  /** Milliseconds; when it runs out the command is ended and `TimeoutError` thrown. */
  readonly timeout?: number;
}

/** How a command of the guest ended. */
export interface ExecResult {
  /** The exit status; undefined when the connection ended before one came or a signal ended the command. */
  readonly exitStatus: number | undefined;
  /** True when the connection went away before the command had ended. */
  readonly disconnected: boolean;
  /** The name of the signal that ended the command ("KILL"), if one did. */
  readonly signalName?: string;
  /** The last 4 KiB of standard output and standard error together. */
  readonly outputTail: string;
}

/** How a file is written in the guest. */
export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Permission bits of the file in the guest; default: the local file's, or 0o644 for content. */
  readonly mode?: number;
}

/** What any transfer takes: the signal that ends it. */
export interface TransferOptions {
  readonly signal: AbortSignal;
}

/** How a directory is copied into the guest. */
export interface TreeUploadOptions extends TransferOptions {
  /**
   * When `destination` is a directory already, the tree goes into a directory of this name in it, as with `scp -r` and
   * `cp -r`; over WinRM always, as with Packer.
   */
  readonly name?: string;
}

/** How a directory is copied from the guest. */
export interface TreeDownloadOptions extends TransferOptions {
  /** Called with the path below `destination` of each file that was written, its parts joined by "/". */
  readonly onFile?: (path: string) => void;
}

/** A local file, or bytes to be written as one. */
export type UploadSource = { readonly path: string } | { readonly content: string | Uint8Array };

/** An SSH server, and how to log in to it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** Path of a private key file with mode 0600. */
  readonly privateKeyFile?: string;
  /** Opens the private key when it is encrypted. */
  readonly passphrase?: string;
  /** A known_hosts line for the key the server showed, e.g. "[127.0.0.1]:2222 ssh-ed25519 AAAA…". */
  readonly knownHostsLine?: string;
}

/** How to reach the guest, for provisioners that bring their own client (Ansible, salt-ssh). */
export interface GuestAddress extends ServerAddress {
  /** The jump host that the guest is reached through. */
  readonly bastion?: ServerAddress;
  /** True when the guest is reached through a SOCKS proxy, which another client would have to know of. */
  readonly throughSocks?: boolean;
}

/**
 * The way into a guest. Provisioners work on any of them.
 * Every method throws `CancelledError` when its signal aborts, `TimeoutError` when a deadline runs out and
 * `CommandError` with code COMMUNICATOR_… when the transport fails, whose `guest` says how; a command's own exit status is
 * never thrown.
 */
export interface Communicator {
  /** How the guest is reached: the name of its `CommunicatorType` ("ssh", "winrm", "none"), or "chroot". */
  readonly kind: string;
  /**
   * Given when the communicator knows that commands are lines of cmd.exe and paths those of Windows. An SSH server does
   * not say so: provisioners that are for Windows only take its word for granted.
   */
  readonly system?: 'windows';
  readonly address: GuestAddress | undefined;
  /** Commands get a terminal: their input and output pass through it, so standard input is not fit for file contents. */
  readonly terminal: boolean;
  exec(command: string, options: ExecOptions): Promise<ExecResult>;
  /** Writes one file, whole or not at all; the size in the guest is verified. */
  upload(source: UploadSource, destination: string, options: UploadOptions): Promise<void>;
  /**
   * Copies what is in `directory` into `destination` (made if missing). Modes are kept, and symlinks within the directory;
   * what another link names stands for it. Links that lead nowhere, to devices or in a circle are kept too.
   */
  uploadTree(directory: string, destination: string, options: TreeUploadOptions): Promise<void>;
  download(source: string, destination: string, options: TransferOptions): Promise<void>;
  /** Copies what is in the guest's `directory` into the local `destination` (made if missing). */
  downloadTree(directory: string, destination: string, options: TreeDownloadOptions): Promise<void>;
  /** Drops the connection and waits until the guest answers again; for guests that were rebooted. */
  reconnect(options: { readonly signal: AbortSignal; readonly timeout: number }): Promise<void>;
  /** Idempotent; never throws. */
  close(): Promise<void>;
}
