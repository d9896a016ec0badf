import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE_MILLISECONDS = 300;

/** Children of each process. */
function children(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      found.set(parent, [...(found.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended.
    }
  }
  return found;
}

/** Bytes of a process, of what it shares with others its part. */
function proportionalSize(pid: number): number {
  try {
    const [, kibibytes = '0'] = /^Pss: *(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    return 0;
  }
}

function treeSize(root: number): number {
  const all = children();
  const pids = [root];
  for (const pid of pids) pids.push(...(all.get(pid) ?? []));
  return pids.reduce((sum, pid) => sum + proportionalSize(pid), 0);
}

export interface Measured {
  readonly milliseconds: number;
  /** Largest proportional set size of all its processes together, sampled. */
  readonly peakBytes: number;
}

/** Runs a program and watches the memory of its process tree; throws when it fails. */
export async function measureTree(program: string, args: readonly string[], cwd: string): Promise<Measured> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, stdio: 'ignore', env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (status) => {
      code = status;
      resolve();
    }),
  );
  let peakBytes = 0;
  while (code === undefined) {
    peakBytes = Math.max(peakBytes, treeSize(child.pid ?? 0));
    await Promise.race([ended, delay(SAMPLE_MILLISECONDS)]);
  }
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return { milliseconds: performance.now() - start, peakBytes };
}
