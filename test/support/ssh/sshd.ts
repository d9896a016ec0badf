import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeKeyPair } from '../../../core/communicators/ssh/login/key-pair.ts';

const PROGRAM = '/usr/sbin/sshd';

/** Why no server can be started here; undefined when one can. */
export function sshdMissing(): string | undefined {
  if (!existsSync(PROGRAM)) return `${PROGRAM} is not there (package openssh-server)`;
  return process.getuid?.() === 0 ? undefined : 'sshd is only started as root';
}

export interface TestSshd {
  readonly port: number;
  /** A private key that is let in as root. */
  readonly privateKey: string;
  readonly privateKeyFile: string;
  /** Holds keys and configuration; goes with `stop`. */
  readonly directory: string;
  /** What the server logged so far. */
  log(): string;
  /** Ends the server; its connections stay. */
  halt(): Promise<void>;
  /** Starts it on the same port. */
  start(): Promise<void>;
  makeHostKey(): Promise<void>;
  /** Cuts the connections that are open. */
  cut(): Promise<void>;
  /** Stops (or lets go on) the processes of the connections that are open: nothing is answered any more. */
  freeze(frozen: boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function speaks(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  }).finally(() => socket.destroy());
}

/** The processes that serve connections, found by their parent. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) === pid) found.push(Number(name));
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/**
 * A real OpenSSH server on 127.0.0.1 that lets root in with a key. `lines` go before its configuration and win over
 * it; `matches` go to its end, where "Match" blocks have to be.
 */
export async function startSshd(lines: readonly string[] = [], matches: readonly string[] = []): Promise<TestSshd> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-sshd-'));
  await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  const key = await makeKeyPair('ed25519', 0, 'kiln-test');
  const privateKeyFile = join(directory, 'client_key');
  const makeHostKey = async (): Promise<void> => {
    const host = await makeKeyPair('ed25519');
    await writeFile(join(directory, 'host_key'), host.privateKey, { mode: 0o600 });
  };
  await makeHostKey();
  await writeFile(privateKeyFile, key.privateKey, { mode: 0o600 });
  await writeFile(join(directory, 'authorized_keys'), `${key.publicKey}\n`, { mode: 0o600 });
  const configuration = [
    ...lines,
    `ListenAddress 127.0.0.1`,
    `Port ${port}`,
    `HostKey ${join(directory, 'host_key')}`,
    `PidFile none`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    `StrictModes no`,
    `UsePAM no`,
    `PermitRootLogin yes`,
    `PasswordAuthentication no`,
    `KbdInteractiveAuthentication no`,
    ...(lines.some((line) => line.startsWith('Subsystem')) ? [] : ['Subsystem sftp internal-sftp']),
    // So that bash reads no .bashrc of this machine, where a version manager may wait for a killed session's lock.
    ...(lines.some((line) => line.startsWith('SetEnv')) ? [] : ['SetEnv SHLVL=1']),
    `LogLevel VERBOSE`,
    ...matches,
  ];
  await writeFile(join(directory, 'sshd_config'), `${configuration.join('\n')}\n`);
  let log = '';
  let server: ChildProcess | undefined;
  let former: readonly number[] = [];

  const start = async (): Promise<void> => {
    const child = spawn(PROGRAM, ['-D', '-e', '-f', join(directory, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    server = child;
    for (let tries = 0; tries < 100; tries += 1) {
      if (await speaks(port)) return;
      if (child.exitCode !== null) throw new Error(`sshd ended: ${log}`);
      await delay(50);
    }
    throw new Error(`sshd does not answer: ${log}`);
  };
  const connections = async (): Promise<readonly number[]> => {
    const children = server?.pid === undefined ? [] : await childrenOf(server.pid);
    return [...new Set([...children, ...former])];
  };
  const halt = async (): Promise<void> => {
    const child = server;
    if (child === undefined || child.exitCode !== null) return;
    former = await connections();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    server = undefined;
  };
  const cut = async (): Promise<void> => {
    for (const pid of await connections()) {
      signal(pid, 'SIGKILL');
    }
    former = [];
  };
  await start();
  return {
    port,
    privateKey: key.privateKey,
    privateKeyFile,
    directory,
    log: () => log,
    start,
    halt,
    makeHostKey,
    cut,
    freeze: async (frozen) => {
      for (const pid of await connections()) signal(pid, frozen ? 'SIGSTOP' : 'SIGCONT');
    },
    stop: async () => {
      await cut();
      await halt();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Options of the builder null for the server as its guest. */
export function nullBuilder({ port, privateKeyFile }: TestSshd): Record<string, string | number> {
  return {
    type: 'null',
    ssh_host: '127.0.0.1',
    ssh_port: port,
    ssh_username: 'root',
    ssh_private_key_file: privateKeyFile,
  };
}
