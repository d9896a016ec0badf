import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** A Kiln that was started as a process. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** A directory in which Kiln bakes as a process. */
export interface KilnPlace {
  readonly directory: string;
  /** Variables for Kiln, besides those by which it finds the cloud. */
  readonly environment: Record<string, string>;
  /** Whom Kiln runs as, when that is somebody else. */
  readonly identity: { uid?: number; gid?: number };
  /** Starts Kiln with these arguments. */
  start(...args: readonly string[]): Running;
  /** Goes on with the only run. */
  resume(): Promise<Ran>;
  /** Writes a template; its path. */
  readonly write: (template: object) => string;
  readonly remove: () => void;
}

/** The id of the only run. */
export function runIn(directory: string): string {
  return readdirSync(join(directory, 'state/runs')).find((name) => !name.startsWith('.')) ?? '';
}

/** The environment of a Kiln that keeps everything in this directory, and does not pause before it asks again. */
export function kilnIn(directory: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: directory,
    KILN_STATE_DIR: join(directory, 'state'),
    KILN_CACHE_DIR: join(directory, 'cache'),
    AWS_POLL_DELAY_SECONDS: '0',
    KILN_GOOGLE_POLL_SECONDS: '0',
    KILN_OPENSTACK_POLL_SECONDS: '0',
  };
}

/** @param cloud variables by which Kiln finds the cloud */
export function kilnPlace(name: string, cloud: Readonly<Record<string, string>>): KilnPlace {
  const directory = mkdtempSync(join(tmpdir(), `kiln-${name}-`));
  const environment: Record<string, string> = {};
  const identity: KilnPlace['identity'] = {};
  const start: KilnPlace['start'] = (...args) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], {
      cwd: directory,
      ...identity,
      env: { ...kilnIn(directory), ...cloud, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (data: Buffer): void => void (output += data.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    return {
      child,
      ended: once(child, 'close').then(([code]: (number | null)[]) => ({ code: code ?? null, output })),
    };
  };
  return {
    directory,
    environment,
    identity,
    start,
    resume: () => start('resume', runIn(directory)).ended,
    write: (template) => {
      const path = join(directory, 't.json');
      writeFileSync(path, JSON.stringify(template));
      return path;
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
