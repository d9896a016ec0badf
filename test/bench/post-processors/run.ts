/**
 * What `checksum`, `compress` and all three of `["checksum", "compress", "upload"]` take, beside the plain tools and Packer:
 * `node test/bench/post-processors/run.ts [MIB_OF_DATA] [GIB_OF_DISK] [ROUNDS]`, by default 2048, 8 and 3. Of Kiln and Packer the
 * times of the post-processors count, without the builder's copy of the disk; `xz` gets an eighth of the data.
 */
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const GIB = 1_073_741_824;
const MIB = 1_048_576;
const SAMPLE_MILLISECONDS = 20;
const [data = 2048, size = 8, rounds = 3] = process.argv.slice(2).map(Number);
const kiln = join(import.meta.dirname, '../../../dist/cli.cjs');
const work = mkdtempSync(join(tmpdir(), 'kiln-bench-post-'));

/** A disk with `mebibytes` of data strewn over it, half of which does not compress and half of which does well. */
function makeDisk(name: string, mebibytes: number, gibibytes: number): string {
  const path = join(work, name);
  const descriptor = openSync(path, 'w');
  ftruncateSync(descriptor, gibibytes * GIB);
  const text = Buffer.from(readFileSync(kiln).subarray(0, MIB / 2));
  const chunk = Buffer.alloc(MIB);
  for (let index = 0; index < mebibytes; index++) {
    randomFillSync(chunk, 0, MIB / 2);
    for (let at = MIB / 2; at < MIB; at += text.length) text.copy(chunk, at);
    chunk.writeUInt32LE(index, MIB / 2);
    writeSync(descriptor, chunk, 0, MIB, Math.floor((index * gibibytes * 1024) / mebibytes) * MIB);
  }
  closeSync(descriptor);
  return path;
}

interface Step {
  readonly from: number;
  readonly to: number;
}

interface Figures {
  readonly seconds: number;
  /** Most memory of the process, in MiB; 0 where it was not looked at. */
  readonly memory: number;
}

function memoryOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function plain(command: string): Promise<Figures> {
  const started = performance.now();
  const child = spawn('sh', ['-c', command], { cwd: work, stdio: 'inherit' });
  const [status] = await new Promise<[number | null]>((resolve) => child.once('exit', (code) => resolve([code])));
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}`);
  return { seconds: (performance.now() - started) / 1000, memory: 0 };
}

/** The template's post-processors on a copy of the disk. `line` gives the steps of post-processors that a line of output tells. */
async function build(
  program: string,
  args: readonly string[],
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
  const child = spawn(program, [...args, template], { cwd: work, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let memory = 0;
  const sampling = setInterval(() => (memory = Math.max(memory, memoryOf(child.pid ?? 0))), SAMPLE_MILLISECONDS);
  const steps = new Map<string, Step>();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  for await (const text of createInterface({ input: child.stdout })) line(text, steps);
  const status = await exited;
  clearInterval(sampling);
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}`);
  const all = [...steps.values()];
  const seconds = (Math.max(...all.map(({ to }) => to)) - Math.min(...all.map(({ from }) => from))) / 1000;
  return { seconds, memory };
}

function withKiln(disk: string, ...postProcessors: readonly object[]): () => Promise<Figures> {
  return () =>
    build(process.execPath, [kiln, 'build', '-json', '-force'], disk, postProcessors, (text, steps) => {
      const event = JSON.parse(text) as { type: string; step?: string; time: number };
      if (event.step?.startsWith('post-process') !== true) return;
      const from = steps.get(event.step)?.from ?? event.time;
      steps.set(event.step, { from, to: event.time });
    });
}

/** Packer tells with the second when a post-processor begins; the next line, at the latest that of the end, is after it. */
function withPacker(disk: string, ...postProcessors: readonly object[]): () => Promise<Figures> {
  return () =>
    build('packer', ['build', '-force', '-color=false'], disk, postProcessors, (text, steps) => {
      const now = Date.now();
      if (text.includes('Running post-processor')) steps.set('post-processors', { from: now, to: now });
      const begun = steps.get('post-processors');
      if (begun !== undefined) steps.set('post-processors', { from: begun.from, to: now });
    });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Kiln and another in turn; the ratio is of throughputs, the pairs' median. */
async function beside(
  what: string,
  ours: () => Promise<Figures>,
  name: string,
  theirs: () => Promise<Figures>,
): Promise<number> {
  const pairs: (readonly [Figures, Figures])[] = [];
  for (let round = 0; round < rounds; round++) pairs.push([await ours(), await theirs()]);
  const ratio = median(pairs.map(([one, other]) => other.seconds / one.seconds));
  const seconds = median(pairs.map(([one]) => one.seconds));
  const memory = Math.max(...pairs.map(([one]) => one.memory));
  const other = median(pairs.map(([, each]) => each.seconds));
  console.log(
    `${what}: Kiln ${seconds.toFixed(2)} s, ${memory.toFixed(0)} MiB; ${name} ${other.toFixed(2)} s; ${ratio.toFixed(2)} of its throughput`,
  );
  return seconds;
}

const keep = { keep_input_artifact: true };
const checksum = { type: 'checksum', checksum_types: ['sha256'], output: 'out/sums', ...keep };
const compress = (extension: string): object => ({ type: 'compress', output: `out/packed.${extension}`, ...keep });
const upload = { type: 'upload', targets: [`file://${work}/uploaded/`], ...keep };

try {
  const disk = makeDisk('disk.raw', data, size);
  const small = makeDisk('small.raw', data / 8, size / 8);
  await plain(`cat ${disk} > /dev/null`);
  const sums = await beside('checksum', withKiln(disk, checksum), 'openssl dgst', () =>
    plain(`openssl dgst -sha256 ${disk} > /dev/null`),
  );
  await beside('checksum', withKiln(disk, checksum), 'packer', withPacker(disk, checksum));
  const packed = await beside('compress zst', withKiln(disk, compress('zst')), 'zstd -T0', () =>
    plain(`zstd -q -f -T0 ${disk} -o plain.zst`),
  );
  await beside('compress gz', withKiln(disk, compress('gz')), 'pigz', () => plain(`pigz -c ${disk} > plain.gz`));
  await beside('compress gz', withKiln(small, compress('gz')), 'packer (an eighth)', withPacker(small, compress('gz')));
  await beside('compress xz', withKiln(small, compress('xz')), 'xz -T0 (an eighth)', () =>
    plain(`xz -T0 -c ${small} > plain.xz`),
  );
  const sent: number[] = [];
  const together: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    sent.push((await withKiln(disk, upload)()).seconds);
    together.push(await withKiln(disk, checksum, compress('zst'), upload)());
  }
  const slowest = Math.max(sums, packed, median(sent));
  const all = median(together.map(({ seconds }) => seconds));
  console.log(
    `checksum + compress zst + upload: ${all.toFixed(2)} s, ${Math.max(...together.map(({ memory }) => memory)).toFixed(0)} MiB; ` +
      `alone ${sums.toFixed(2)}, ${packed.toFixed(2)} and ${median(sent).toFixed(2)} s; ${(all / slowest).toFixed(2)} of the slowest`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
