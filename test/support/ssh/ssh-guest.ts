import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions, SshEndpoint } from '../../../core/communicators/ssh/options.ts';
import type { ConnectRun } from '../../../core/contract/communicator-type.ts';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { acquireForTest } from '../acquire.ts';
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

export type HeardRun = ConnectRun & {
  /** What was said, warned of and told for debugging. */
  readonly heard: string[];
};

export function heardRun(signal: AbortSignal = new AbortController().signal): HeardRun {
  const heard: string[] = [];
  const note = (text: string): void => void heard.push(text);
  return { say: note, warn: note, debug: note, signal, heard };
}

export interface OwningRun extends HeardRun {
  /** Directories that were asked for. */
  readonly directories: readonly string[];
  releaseAll(): Promise<void>;
}

/** A run that can have processes and directories, as the backend openssh needs it. */
export function owningRun(signal?: AbortSignal): OwningRun {
  const scope = acquireForTest();
  const directories: string[] = [];
  return {
    ...heardRun(signal),
    directories,
    acquire: scope.acquire,
    temporaryDirectory: async () => {
      const made = await mkdtemp(join(tmpdir(), 'kiln-owning-'));
      directories.push(made);
      return made;
    },
    releaseAll: async () => {
      await scope.releaseAll();
      for (const directory of directories) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Logs in to a test server with its key. */
export function logInTo(
  sshd: TestSshd,
  given: Partial<SshConnectOptions> = {},
  run: ConnectRun = heardRun(),
): Promise<Communicator> {
  return connectSsh(connectOptions(endpointOf(sshd.port, { privateKey: sshd.privateKey }), given), run);
}
