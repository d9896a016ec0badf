/**
 * What an upload through EBS direct takes, against the test EC2 in a process of its own: `node test/bench/ebs-direct/run.ts
 * [MIB] [DELAY]`. A disk of 100 GiB with holes, with MIB (default 1024) of data strewn over it. A loop that does nothing
 * but put the same blocks says how fast the server is. With a DELAY (milliseconds that each block takes at the server) the
 * time says how many were on their way: `128 500`.
 */
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestEc2Process } from '../../support/ec2/process.ts';
import { putPlainly } from './plain-loop.ts';

const GIB = 1_073_741_824;
const MIB = 1_048_576;
const BLOCK = 524_288;
const SIZE = 100 * GIB;
const TARGET_MIB = 150;
const SAMPLE_MILLISECONDS = 20;
/** Of the processor's clock in a second, as Linux counts. */
const TICKS = 100;

const kiln = join(import.meta.dirname, '../../../dist/cli.cjs');
const [mebibytes = 1024, delay = 0] = process.argv.slice(2).map(Number);
const blocks = (mebibytes * MIB) / BLOCK;
const places = Array.from({ length: blocks }, (_, index) => Math.floor((index * SIZE) / blocks / BLOCK) * BLOCK);
const work = mkdtempSync(join(tmpdir(), 'kiln-bench-ebs-'));
const disk = join(work, 'disk.raw');

function makeDisk(): void {
  const descriptor = openSync(disk, 'w');
  ftruncateSync(descriptor, SIZE);
  const data = Buffer.alloc(BLOCK);
  for (const place of places) writeSync(descriptor, randomFillSync(data), 0, BLOCK, place);
  closeSync(descriptor);
  const used = (statSync(disk).blocks * 512) / MIB;
  console.log(`disk: 100 GiB, ${used.toFixed(0)} MiB of it in the file system, ${blocks} blocks with data`);
}

interface Figures {
  readonly seconds: number;
  /** Most memory that the process had, in MiB; of that, what is no file (Node itself, the bundle) in the page cache. */
  readonly most: number;
  readonly anonymous: number;
}

async function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Figures> {
  const start = performance.now();
  const env = { ...environment, KILN_STATE_DIR: join(work, 'state'), KILN_CACHE_DIR: join(work, 'cache') };
  const child = spawn(process.execPath, [kiln, ...args], { cwd: work, env, stdio: 'ignore' });
  let most = 0;
  let anonymous = 0;
  const sample = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
      const mebibytesOf = (name: string): number =>
        Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
      most = Math.max(most, mebibytesOf('VmHWM'));
      anonymous = Math.max(anonymous, mebibytesOf('RssAnon'));
    } catch {
      // It has ended.
    }
  }, SAMPLE_MILLISECONDS);
  await once(child, 'exit');
  clearInterval(sample);
  return { seconds: (performance.now() - start) / 1000, most, anonymous };
}

/** Seconds of processor time that a process has taken. */
function busySeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

async function plainSeconds(): Promise<number> {
  const other = await startTestEc2Process();
  try {
    if (delay > 0) await other.plan({ call: 'PutSnapshotBlock', times: blocks, delay });
    return await putPlainly(other, disk, places, BLOCK);
  } finally {
    await other.stop();
  }
}

const ec2 = await startTestEc2Process();
try {
  const template = join(work, 't.json');
  writeFileSync(
    template,
    JSON.stringify({
      builders: [{ type: 'file', content: 'x', target: disk }],
      'post-processors': [{ type: 'amazon-import', ami_name: 'bench', keep_input_artifact: true }],
    }),
  );
  // No builder makes such a disk in no time: the run breaks off, gets the disk, and goes on.
  await run(['build', template], { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' });
  makeDisk();
  const [runId = ''] = readdirSync(join(work, 'state/runs'));
  if (delay > 0) await ec2.plan({ call: 'PutSnapshotBlock', times: blocks * 2, delay });
  // The guard of the tests' connections is TypeScript, which takes 20 MiB to load, and this measures Kiln.
  const { NODE_OPTIONS: _guard, ...known } = ec2.environment;
  const before = busySeconds(ec2.pid);
  const environment = { ...process.env, ...known, AWS_POLL_DELAY_SECONDS: '0' };
  const { seconds, most, anonymous } = await run(['resume', runId], environment);
  const busy = busySeconds(ec2.pid) - before;
  const images = (await ec2.leftovers()).filter(({ kind }) => kind === 'image').length;
  if (images !== 1) throw new Error('there is no AMI');
  console.log(`time: ${seconds.toFixed(2)} s, from the start of Kiln to the AMI`);
  console.log(
    `memory: ${most.toFixed(0)} MiB at most (target ≤ ${TARGET_MIB}: ${most <= TARGET_MIB ? 'met' : 'MISSED'})`,
  );
  console.log(
    `of that ${anonymous.toFixed(0)} MiB are its own; the rest is Node's program and files of the page cache`,
  );
  const plain = await plainSeconds();
  console.log(
    `a plain loop puts the same blocks in ${plain.toFixed(2)} s: Kiln takes ${(seconds / plain).toFixed(2)} of that; ` +
      `the server's thread was busy for ${((busy / seconds) * 100).toFixed(0)} % of Kiln's time`,
  );
  const inFlight = (blocks * delay) / 1000 / seconds;
  if (delay > 0) console.log(`on their way: ${inFlight.toFixed(1)} blocks, on average over all of this time`);
} finally {
  await ec2.stop();
  rmSync(work, { recursive: true });
}
