import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SAMPLE_MILLISECONDS = 20;
const kiln = join(import.meta.dirname, '../../../dist/cli.cjs');

export interface Figures {
  readonly seconds: number;
  /** Seconds of processors. */
  readonly processor: number;
  /** Most memory of the process, in MiB; 0 where it was not looked at. */
  readonly memory: number;
}

interface Step {
  readonly from: number;
  readonly to: number;
}

interface Sample {
  readonly time: number;
  readonly processor: number;
  readonly memory: number;
}

/** What Linux says of a process and its children that have ended; its clock has 100 ticks a second. */
function sampleOf(pid: number): Sample | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const memory = Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    return { time: Date.now(), processor: ticks / 100, memory };
  } catch {
    return undefined;
  }
}

/** A command of the shell. */
export async function plain(work: string, command: string, env: NodeJS.ProcessEnv = {}): Promise<Figures> {
  const started = performance.now();
  // The outer shell tells what the processors did, in its own last line.
  const script = `TIMEFORMAT='%U %S'; time { ${command}; }`;
  const child = spawn('bash', ['-c', script], {
    cwd: work,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}:\n${told}`);
  const [user = 0, system = 0] = told.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { seconds, processor: user + system, memory: 0 };
}

/** The template's post-processors on a copy of the disk. `line` gives the steps of post-processors that a line of output tells. */
async function build(
  work: string,
  command: readonly [program: string, ...args: readonly string[]],
  disk: string,
  postProcessors: readonly object[],
  line: (text: string, steps: Map<string, Step>) => void,
): Promise<Figures> {
  rmSync(join(work, 'out'), { recursive: true, force: true });
  mkdirSync(join(work, 'out'));
  const template = join(work, 'template.json');
  const builder = { type: 'file', source: disk, target: join(work, 'out/disk.raw') };
  writeFileSync(template, JSON.stringify({ builders: [builder], 'post-processors': postProcessors }));
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', KILN_STATE_DIR: join(work, 'state') };
  const [program, ...args] = command;
  const child = spawn(program, [...args, template], { cwd: work, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const samples: Sample[] = [];
  const take = (): void => {
    const sample = sampleOf(child.pid ?? 0);
    if (sample !== undefined) samples.push(sample);
  };
  const sampling = setInterval(take, SAMPLE_MILLISECONDS);
  const steps = new Map<string, Step>();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for await (const text of createInterface({ input: child.stdout })) {
    take();
    line(text, steps);
  }
  const status = await exited;
  clearInterval(sampling);
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}`);
  const all = [...steps.values()];
  const [from, to] = [Math.min(...all.map((step) => step.from)), Math.max(...all.map((step) => step.to))];
  const before = samples.findLast(({ time }) => time <= from)?.processor ?? 0;
  const after = samples.find(({ time }) => time >= to)?.processor ?? samples.at(-1)?.processor ?? 0;
  return {
    seconds: (to - from) / 1000,
    processor: after - before,
    memory: Math.max(0, ...samples.map((each) => each.memory)),
  };
}

export function withKiln(work: string, disk: string, ...postProcessors: readonly object[]): () => Promise<Figures> {
  return () =>
    build(work, [process.execPath, kiln, 'build', '-json', '-force'], disk, postProcessors, (text, steps) => {
      const event = JSON.parse(text) as { type: string; step?: string; time: number };
      if (event.step?.startsWith('post-process') !== true) return;
      const from = steps.get(event.step)?.from ?? event.time;
      steps.set(event.step, { from, to: event.time });
    });
}

/**
 * Packer tells when a post-processor begins; the next line, at the latest that of the end, is after it. Its plugins, which do
 * the work, are other processes: their memory is not looked at, and their processor time counts when they have ended.
 */
export function withPacker(work: string, disk: string, ...postProcessors: readonly object[]): () => Promise<Figures> {
  return () =>
    build(work, ['packer', 'build', '-force', '-color=false'], disk, postProcessors, (text, steps) => {
      const now = Date.now();
      if (text.includes('Running post-processor')) steps.set('post-processors', { from: now, to: now });
      const begun = steps.get('post-processors');
      if (begun !== undefined) steps.set('post-processors', { from: begun.from, to: now });
    });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
