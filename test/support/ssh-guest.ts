import { connectSsh } from '../../core/communicators/ssh/index.ts';
import type { SshConnectOptions, SshEndpoint, SshRun } from '../../core/communicators/ssh/options.ts';
import type { Communicator } from '../../core/communicators/communicator.ts';
import type { TestSshd } from './sshd.ts';

/** How to reach a server; without a key or anything else to log in with. */
export function endpointOf(port: number, given: Partial<SshEndpoint> = {}): SshEndpoint {
  const none = { password: undefined, privateKey: undefined, privateKeyFile: undefined, agent: false };
  return { host: '127.0.0.1', port, username: 'root', ...none, ...given };
}

export function connectOptions(guest: SshEndpoint, given: Partial<SshConnectOptions> = {}): SshConnectOptions {
  return {
    guest,
    timeout: 20_000,
    attempts: 3,
    bastion: undefined,
    proxy: undefined,
    forwardAgent: false,
    pty: false,
    keepAliveInterval: 5000,
    silenceLimit: 0,
    ciphers: undefined,
    keyExchangeAlgorithms: undefined,
    transferMethod: 'scp',
    localTunnels: [],
    remoteTunnels: [],
    pauseBeforeConnecting: 0,
    ...given,
  };
}

export interface HeardRun extends SshRun {
  /** What was said, warned of and told for debugging. */
  readonly heard: string[];
}

export function heardRun(signal: AbortSignal = new AbortController().signal): HeardRun {
  const heard: string[] = [];
  const note = (text: string): void => void heard.push(text);
  return { say: note, warn: note, debug: note, signal, heard };
}

/** Logs in to a test server with its key. */
export function logInTo(
  sshd: TestSshd,
  given: Partial<SshConnectOptions> = {},
  run: SshRun = heardRun(),
): Promise<Communicator> {
  return connectSsh(connectOptions(endpointOf(sshd.port, { privateKey: sshd.privateKey }), given), run);
}
