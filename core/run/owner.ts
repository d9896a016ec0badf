import { readlinkSync } from 'node:fs';
import { stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { identify } from '../process/identity.ts';

/** How often a live run touches its journal's directory. */
const HEARTBEAT_MILLISECONDS = 30_000;
const FOREIGN_LIVE_MILLISECONDS = 10 * 60_000;

/** The process that a run belongs to, known again even when its process id is given to another. */
export type RunOwner = {
  readonly pid: number;
  /** Boot id and start time; empty where the system does not tell. */
  readonly started: string;
  readonly host: string;
  /** The process-id namespace (a container has its own); empty where the system has none. */
  readonly namespace: string;
};

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

export function thisOwner(): RunOwner {
  const started = identify(process.pid)?.started ?? '';
  return { pid: process.pid, started, host: hostname(), namespace: processNamespace() };
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process is one of this machine, and of this container. */
export function isHere({ host, namespace }: RunOwner): boolean {
  return host === hostname() && namespace === processNamespace();
}

/**
 * Whether the run's process still lives. Of a process on another host or in another container nothing can be known but
 * when it last touched the run's directory.
 */
export async function isOwnerAlive(owner: RunOwner, runDirectory: string): Promise<boolean> {
  if (!isHere(owner)) {
    const { mtimeMs } = await stat(runDirectory);
    return Date.now() - mtimeMs < FOREIGN_LIVE_MILLISECONDS;
  }
  if (owner.started === '') return answersSignals(owner.pid);
  return identify(owner.pid)?.started === owner.started;
}

/** Touches the directory until disposed of, so that other hosts and containers see that the run lives. */
export function startHeartbeat(runDirectory: string): Disposable {
  const beat = (): void => {
    const now = new Date();
    utimes(runDirectory, now, now).catch(() => undefined);
  };
  const timer = setInterval(beat, HEARTBEAT_MILLISECONDS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
