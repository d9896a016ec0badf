import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Fault } from './faults.ts';
import type { Leftover } from './leftovers.ts';

/** A test cloud in a process of its own, which a test steers by HTTP. */
export interface TestCloudProcess<Call> {
  readonly pid: number;
  readonly endpoint: string;
  plan(...faults: readonly Fault[]): Promise<void>;
  /** Lets virtual time pass. */
  advance(milliseconds: number): Promise<void>;
  calls(): Promise<readonly Call[]>;
  leftovers(): Promise<readonly Leftover[]>;
  /** Errors of the server itself. */
  broken(): Promise<readonly string[]>;
  /** Any other request under /_test/. */
  ask(path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts a program that says in one line of JSON where it serves (`endpoint`) and ends with its standard input; it ends
 * with this process at the latest. `Said` is all that the line holds.
 */
export async function startTestCloudProcess<Said extends { readonly endpoint: string }, Call>(
  program: URL,
  options: object,
): Promise<Said & TestCloudProcess<Call>> {
  const parameters = [fileURLToPath(program), JSON.stringify(options)];
  const child = spawn(process.execPath, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit');
  const first: unknown = await Promise.race([once(lines, 'line').then(([line]: unknown[]) => line), ended]);
  if (typeof first !== 'string') throw new Error('the test cloud ended at once');
  const said = JSON.parse(first) as Said;

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
    calls: async () => (await ask('calls')) as Call[],
    leftovers: async () => (await ask('leftovers')) as Leftover[],
    broken: async () => (await ask('broken')) as string[],
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
