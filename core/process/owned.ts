import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { BuildRun } from '../contract/build-run.ts';
import type { ResourceKind } from '../contract/resource.ts';
import { isObject } from '../json/guards.ts';
import { DEFAULT_GRACE_MILLISECONDS, endProcess } from './end-process.ts';
import { findByEnvironment, identify, isAlive, type ProcessId } from './identity.ts';
import { spawnProgram } from './spawn.ts';

const TOKEN_VARIABLE = 'KILN_TOKEN';

function graceOf(locator: unknown): number {
  const known = isObject(locator) ? locator['graceMilliseconds'] : undefined;
  return typeof known === 'number' ? known : DEFAULT_GRACE_MILLISECONDS;
}

/** A process on this machine that outlives the call that started it; Linux only, since it is found again by /proc. */
export const processKind: ResourceKind<ProcessId> = {
  kind: 'process',
  release: (id, locator) => endProcess(id, graceOf(locator)),
  find: (token) => findByEnvironment(TOKEN_VARIABLE, token),
  manualCommand: ({ pid }) => `kill -9 ${pid}`,
};

/** Which program is started, and how it ends. */
export interface OwnedProcessOptions {
  /** For "left behind" lists: "QEMU of build web". */
  readonly describe: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to Kiln's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** See `SpawnOptions`. */
  readonly forGuest?: boolean;
  /** Gets standard output and standard error, appended; made with mode 0600. Default: they go nowhere. */
  readonly logFile?: string;
  /** Between SIGTERM and SIGKILL; default 5000. */
  readonly graceMilliseconds?: number;
}

/** A program that runs on while the build does other things. */
export interface OwnedProcess {
  readonly pid: number;
  /** For a checkpoint: what `adoptProcess` needs. */
  readonly id: ProcessId;
  /** Resolves when the process has ended; never rejects. `exitStatus` is undefined when a signal ended it. */
  readonly exited: Promise<{ readonly exitStatus: number | undefined; readonly signalName?: string }>;
  /** Ends the process group now instead of at the end of the scope, and journals that it is gone. Idempotent. */
  stop(): Promise<void>;
}

const POLL_MILLISECONDS = 100;

/**
 * Goes on with a process that the Kiln before had started. How it ends cannot be known: `exited` says 0. Throws
 * `StepError` RESUME_LOST.
 */
export function adoptProcess(build: Pick<BuildRun, 'adopt'>, id: ProcessId): OwnedProcess {
  const acquired = build.adopt(processKind, id);
  const gone = async (): Promise<{ readonly exitStatus: number }> => {
    while (isAlive(id)) await delay(POLL_MILLISECONDS, undefined, { ref: false });
    return { exitStatus: 0 };
  };
  return { pid: id.pid, id, exited: gone(), stop: () => acquired.release() };
}

/** Starts a process that belongs to the scope. Throws `CommandError` PROGRAM_MISSING or PROGRAM_FAILED. */
export async function startProcess(
  build: Pick<BuildRun, 'acquire'>,
  options: OwnedProcessOptions,
): Promise<OwnedProcess> {
  const { describe, program, args, cwd, env, logFile, graceMilliseconds = DEFAULT_GRACE_MILLISECONDS } = options;
  const acquired = await build.acquire(processKind, {
    describe,
    locator: { graceMilliseconds },
    create: async (token) => {
      await using log = logFile === undefined ? undefined : await open(logFile, 'a', 0o600);
      const child = await spawnProgram(program, args, {
        stdio: ['ignore', log?.fd ?? 'ignore', log?.fd ?? 'ignore'],
        env: { ...env, [TOKEN_VARIABLE]: token },
        journaled: true,
        forGuest: options.forGuest === true,
        ...(cwd === undefined ? {} : { cwd }),
      });
      const exited: OwnedProcess['exited'] = new Promise((resolve) =>
        child.once('exit', (status, signalName) =>
          resolve({ exitStatus: status ?? undefined, ...(signalName === null ? {} : { signalName }) }),
        ),
      );
      const id = identify(child.pid) ?? { pid: child.pid, started: '' };
      return { id, handle: { pid: child.pid, exited } };
    },
  });
  return { ...acquired.handle, id: acquired.id, stop: () => acquired.release() };
}
