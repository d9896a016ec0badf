import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that a test has started. */
export interface Started {
  log(): string;
  stop(): Promise<void>;
}

/** Whether a server answers on a port of this machine over HTTP, whatever it says. */
async function answersHttp(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) !== undefined;
}

/** Whether a server takes connections on a port of this machine. */
export async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const taken = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return taken;
}

/** Starts a server and waits until it is there. */
export async function startHttpServer(
  program: string,
  args: readonly string[],
  port: number,
  environment: Readonly<Record<string, string>> = {},
  isThere: (port: number) => Promise<boolean> = answersHttp,
): Promise<Started> {
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  for (let tries = 0; ; tries += 1) {
    if (await isThere(port)) break;
    if (tries === 1200 || child.exitCode !== null || failure !== undefined) {
      throw new Error(`${program} does not answer: ${failure?.message ?? log}`);
    }
    await delay(100);
  }
  return {
    log: () => log,
    stop: async () => {
      child.kill();
      // Some wait for connections that nobody closes.
      const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(insist);
    },
  };
}
