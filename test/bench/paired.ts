import { spawnSync } from 'node:child_process';

/** A program with its arguments, and the name it has in the figures. */
export interface Contender {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Run before each measured run, outside the clock. */
  readonly prepare?: () => void;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Milliseconds of wall time of one run; throws when it fails, since a failure is no figure. */
function timeOnce(contender: Contender): number {
  contender.prepare?.();
  const start = process.hrtime.bigint();
  const result = spawnSync(contender.program, contender.args, {
    cwd: contender.cwd,
    env: contender.env ?? process.env,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== 0) {
    throw new Error(`${contender.name} ended with ${String(result.status)}:\n${result.stdout}\n${result.stderr}`);
  }
  return milliseconds;
}

/**
 * Runs two contenders in turn, A B A B …, after one unmeasured round, and prints the medians and the median of the
 * pairwise ratios: both see the same drift of a shared machine.
 */
export function compare(what: string, a: Contender, b: Contender, rounds: number, target: number): void {
  if (rounds > 1) [a, b].forEach(timeOnce);
  const pairs = Array.from({ length: rounds }, () => [timeOnce(a), timeOnce(b)] as const);
  const ratio = median(pairs.map(([first, second]) => first / second));
  const [medianA, medianB] = [median(pairs.map(([first]) => first)), median(pairs.map(([, second]) => second))];
  const verdict = ratio <= target ? 'met' : 'MISSED';
  console.log(
    `${what}: ${a.name} ${medianA.toFixed(0)} ms, ${b.name} ${medianB.toFixed(0)} ms, ` +
      `ratio ${ratio.toFixed(3)} (target ≤ ${target}: ${verdict}; ${rounds} pairs)`,
  );
}
