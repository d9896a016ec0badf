import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that can be known again: a process id alone may be given to another one later. */
export type ProcessId = {
  readonly pid: number;
  /** Boot id and start time (clock ticks since boot) of the process. */
  readonly started: string;
};

const STATE = 0;
const START_TIME = 19;

/** Linux: field 3 onwards of /proc/PID/stat; the second field, a name in parentheses, may contain anything. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** One that only waits to be reaped has ended. */
function hasEnded(fields: readonly string[]): boolean {
  return fields[STATE] === 'Z' || fields[STATE] === 'X';
}

function pidsIn(entries: readonly string[]): readonly number[] {
  return entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
}

let bootId: string | undefined;

/**
 * The identity of a running process; undefined when there is none (one that only waits to be reaped has ended). Reads
 * at once: /proc is no disk, and by way of a thread it takes ten times as long.
 */
export function identify(pid: number): ProcessId | undefined {
  const fields = statFields(pid);
  if (fields === undefined || hasEnded(fields)) return undefined;
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { pid, started: `${bootId}:${fields[START_TIME] ?? ''}` };
}

/** The boot in which the process was started. */
export function bootOf({ started }: Pick<ProcessId, 'started'>): string {
  return started.split(':', 1).join('');
}

/** Whether it is still this process that runs under the id; one that only waits to be reaped has ended. */
export function isAlive(id: ProcessId): boolean {
  return identify(id.pid)?.started === id.started;
}

const GROUP = 2;

/** Whether a process of the group still runs. Its leader may have ended before. */
export function isGroupAlive(group: number): boolean {
  return pidsIn(readdirSync('/proc')).some((pid) => {
    const fields = statFields(pid);
    return fields?.[GROUP] === String(group) && !hasEnded(fields);
  });
}

const FLAGS = 6;
const KERNEL_THREAD = 0x200000;
const EXEC_MILLISECONDS = 5;
const MOST_LOOKS = 20;

async function hasInEnvironment(pid: number, entry: string): Promise<boolean> {
  try {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const text = await readFile(`/proc/${pid}/environ`, 'utf8');
      if (text !== '') return text.split('\0').includes(entry);
      // While a program is being replaced by another one (exec) its environment is empty for a moment.
      const fields = statFields(pid);
      if (fields?.[STATE] === 'Z' || (Number(fields?.[FLAGS]) & KERNEL_THREAD) !== 0) return false;
      await delay(EXEC_MILLISECONDS);
    }
    return false;
  } catch {
    // Another user's process, or one that has just ended.
    return false;
  }
}

/** Running processes of this user that were started with `name=value` in their environment. */
export async function findByEnvironment(name: string, value: string): Promise<readonly ProcessId[]> {
  const pids = pidsIn(await readdir('/proc').catch(() => []));
  const found = await Promise.all(
    pids.map(async (pid) => ((await hasInEnvironment(pid, `${name}=${value}`)) ? identify(pid) : undefined)),
  );
  return found.filter((id) => id !== undefined);
}
