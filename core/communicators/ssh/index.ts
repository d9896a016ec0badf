import type { Communicator } from '../../contract/communicator.ts';
import type { FileServer, FileServerOptions } from './file-server.ts';
import type { SshConnectOptions } from './options.ts';
import type { ConnectRun } from '../../contract/communicator-type.ts';

/**
 * Waits until the guest lets Kiln in. Throws `TimeoutError` (SSH_TIMEOUT) with the last cause when `options.timeout`
 * runs out, `StepError` (SSH_LOGIN_REFUSED) after `options.attempts` refused logins or failed handshakes, and
 * `CancelledError`. The SSH library is loaded on the first call.
 */
export async function connectSsh(options: SshConnectOptions, run: ConnectRun): Promise<Communicator> {
  return (await import('./connect.ts')).connect(options, run);
}

/** Logs in to a server for its files; see `FileServer` for what it throws. The SSH library is loaded on the first call. */
export async function openFileServer(options: FileServerOptions, run: ConnectRun): Promise<FileServer> {
  return (await import('./file-server.ts')).openFileServer(options, run);
}
