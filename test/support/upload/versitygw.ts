import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../ssh/sshd.ts';

const VERSION = 'v1.8.0';

/** Where programs are that tests build; outside of the tree, so that they are built once for all checkouts. */
const home = join(
  process.env['KILN_TEST_CACHE'] ?? join(homedir(), '.cache/kiln-test'),
  'go-bin',
  `versitygw-${VERSION}`,
);

/** Path of the program, built when it is not there yet. Throws when it cannot be. */
function program(): string {
  const path = join(home, 'versitygw');
  if (existsSync(path)) return path;
  mkdirSync(home, { recursive: true });
  const go =
    process.env['PATH']?.split(':').some((each) => existsSync(join(each, 'go'))) === true
      ? 'go'
      : '/usr/local/go/bin/go';
  execFileSync('flock', [`${home}.lock`, go, 'install', `github.com/versity/versitygw/cmd/versitygw@${VERSION}`], {
    env: { ...process.env, GOBIN: home, GOFLAGS: '-p=1' },
    stdio: 'pipe',
  });
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
