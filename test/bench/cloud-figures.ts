import { spawnSync } from 'node:child_process';

export function verdict(value: number, target: number): string {
  return `target ≤ ${target}: ${value <= target ? 'met' : 'MISSED'}`;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Seconds of the processor, and of the wall, that a build of t.json in this directory took. */
export function timed(kiln: string, directory: string): { readonly processor: number; readonly wall: number } {
  const command = `TIMEFORMAT='%U %S %R'; time '${kiln}' build t.json >out`;
  const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const [user = 0, system = 0, wall = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { processor: user + system, wall };
}
