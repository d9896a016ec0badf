import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CallRecord, Ec2Credentials, Fault, Leftover, WorldOptions } from './index.ts';

/** A test EC2 in a process of its own, which a test steers by HTTP. */
export interface TestEc2Process {
  readonly pid: number;
  readonly endpoint: string;
  readonly credentials: Ec2Credentials;
  readonly account: string;
  readonly environment: Readonly<Record<string, string>>;
  plan(...faults: readonly Fault[]): Promise<void>;
  advance(milliseconds: number): Promise<void>;
  calls(): Promise<readonly CallRecord[]>;
  leftovers(): Promise<readonly Leftover[]>;
  broken(): Promise<readonly string[]>;
  /** Any other request under /_test/; control.ts lists them. */
  ask(path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts one; it ends with this process at the latest. */
export async function startTestEc2Process(options: WorldOptions = {}): Promise<TestEc2Process> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const first: unknown = await Promise.race([once(lines, 'line').then(([line]: unknown[]) => line), ended]);
  if (typeof first !== 'string') throw new Error('the test EC2 ended at once');
  const said = JSON.parse(first) as Pick<TestEc2Process, 'endpoint' | 'credentials' | 'account' | 'environment'>;

  async function ask(path: string, body: object = {}): Promise<unknown> {
    const answer = await fetch(`${said.endpoint}/_test/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }
  return {
    ...said,
    pid: child.pid ?? 0,
    ask,
    plan: async (...faults) => {
      await ask('plan', { faults });
    },
    advance: async (milliseconds) => {
      await ask('advance', { milliseconds });
    },
    calls: async () => (await ask('calls')) as CallRecord[],
    leftovers: async () => (await ask('leftovers')) as Leftover[],
    broken: async () => (await ask('broken')) as string[],
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
