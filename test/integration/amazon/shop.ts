import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestEc2, type TestEc2, type WorldOptions } from '../../support/ec2/index.ts';

export const root: string = join(import.meta.dirname, '../../..');

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** A test EC2, and a directory in which Kiln bakes on it as a process. */
export interface Shop extends AsyncDisposable {
  readonly ec2: TestEc2;
  readonly directory: string;
  /** Variables for Kiln, besides those by which it finds EC2. */
  readonly environment: Record<string, string>;
  /** Whom Kiln runs as, when that is somebody else. */
  readonly identity: { uid?: number; gid?: number };
  /** Starts Kiln with these arguments. */
  start(...args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ran> };
  /** Goes on with the only run. */
  resume(): Promise<Ran>;
  /** Kinds of what is left on the server, sorted. */
  kinds(): readonly string[];
  /** How often a call was made. */
  calls(name: string): number;
  /** Writes a template with one builder; its path. */
  template(builder: object, more?: object): string;
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
  };
}

export async function shop(options: WorldOptions = {}): Promise<Shop> {
  const ec2 = await startTestEc2(options);
  const directory = mkdtempSync(join(tmpdir(), 'kiln-amazon-'));
  const source = ec2.addImage('us-east-1', { name: 'base' });
  const environment: Record<string, string> = {};
  const identity: Shop['identity'] = {};
  const start: Shop['start'] = (...args) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], {
      cwd: directory,
      ...identity,
      env: { ...kilnIn(directory), ...ec2.environment, ...environment },
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
    ec2,
    directory,
    environment,
    identity,
    start,
    resume: () => start('resume', runIn(directory)).ended,
    kinds: () =>
      ec2
        .leftovers()
        .map(({ kind }) => kind)
        .sort(),
    calls: (name) => ec2.calls.filter(({ call }) => call === name).length,
    template: (builder, more = {}) => {
      const path = join(directory, 't.json');
      const usual = { type: 'amazon-ebs', ami_name: 'web', source_ami: source, instance_type: 't3.micro' };
      writeFileSync(path, JSON.stringify({ builders: [{ ...usual, ...builder }], ...more }));
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await ec2.settled();
      await ec2.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
