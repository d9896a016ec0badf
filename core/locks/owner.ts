import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, utimes } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { bootOf, identify } from '../process/identity.ts';

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
  /** /etc/machine-id: several machines may have one name. Empty where there is none, undefined in older journals. */
  readonly machine?: string;
};

/** Whether it is one, as it is written down. */
export function isOwner(value: unknown): value is RunOwner {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, machine = '', ...texts } = value as Readonly<Record<string, unknown>>;
  const names = [texts['started'], texts['host'], texts['namespace'], machine];
  return Number.isSafeInteger(pid) && names.every((name) => typeof name === 'string');
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

let machineId: string | undefined;

function thisMachine(): string {
  try {
    machineId ??= readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    machineId = '';
  }
  return machineId;
}

export function thisOwner(): RunOwner {
  const started = identify(process.pid)?.started ?? '';
  return { pid: process.pid, started, host: hostname(), namespace: processNamespace(), machine: thisMachine() };
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process is, or was before the last start, one of this machine, and of this container. */
function isThisMachine({ host, namespace, machine }: RunOwner): boolean {
  return host === hostname() && namespace === processNamespace() && (machine ?? thisMachine()) === thisMachine();
}

/** Whether this system can tell if the process lives: it is one of this machine, of this container and of this boot. */
export function isHere(owner: RunOwner): boolean {
  return isThisMachine(owner) && (owner.started === '' || bootOf(owner) === bootOf(thisOwner()));
}

/**
 * Whether the run's process still lives. Of a process on another host or in another container nothing can be known but
 * when it last touched `path`; so it is with one of another boot, which may be a second machine of this one's name, unless
 * that was before this machine's start.
 */
export async function isOwnerAlive(
  owner: RunOwner,
  path: string,
  foreignLife: number = FOREIGN_LIVE_MILLISECONDS,
): Promise<boolean> {
  if (isHere(owner)) {
    return owner.started === '' ? answersSignals(owner.pid) : identify(owner.pid)?.started === owner.started;
  }
  const { mtimeMs } = await lstat(path);
  if (isThisMachine(owner) && mtimeMs < Date.now() - uptime() * 1000) return false;
  return Date.now() - mtimeMs < foreignLife;
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
