import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Writes a template with one builder; its path. */
  template(builder: object, more?: object): string;
}

export async function shop(options: WorldOptions = {}): Promise<Shop> {
  const ec2 = await startTestEc2(options);
  const directory = mkdtempSync(join(tmpdir(), 'kiln-amazon-'));
  const source = ec2.addImage('us-east-1', { name: 'base' });
  const environment: Record<string, string> = {};
  const identity: Shop['identity'] = {};
  return {
    ec2,
    directory,
    environment,
    identity,
    start: (...args) => {
      const child = spawn(process.execPath, [join(root, 'dist/cli.cjs'), ...args], {
        cwd: directory,
        ...identity,
        env: {
          PATH: process.env['PATH'],
          HOME: directory,
          KILN_STATE_DIR: join(directory, 'state'),
          KILN_CACHE_DIR: join(directory, 'cache'),
          AWS_POLL_DELAY_SECONDS: '0',
          ...ec2.environment,
          ...environment,
        },
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
    },
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
