import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { goProgram } from '../go/go-program.ts';
import { freePort } from '../ssh/sshd.ts';

/** Path of the program: see `goProgram`. */
function program(): string {
  const path = goProgram({ name: 'versitygw', path: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' });
  if (path === undefined) throw new Error('versitygw is not there');
  return path;
}

export interface S3Server {
  readonly port: number;
  stop(): Promise<void>;
}

/** A server that speaks S3, checks signatures and checksums, and keeps a bucket's objects as files of `directory`. */
export async function startVersitygw(directory: string, access: string, secret: string): Promise<S3Server> {
  const port = await freePort();
  const child = spawn(program(), ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', directory], {
    env: { PATH: process.env['PATH'] ?? '', ROOT_ACCESS_KEY: access, ROOT_SECRET_KEY: secret },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer !== undefined) break;
    if (tries === 100 || child.exitCode !== null) throw new Error(`versitygw does not answer: ${log}`);
    await delay(100);
  }
  return {
    port,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
