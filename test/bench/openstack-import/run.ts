/**
 * What an upload to a real Glance takes beside `openstack image create` on the same file, in turn, and Kiln's memory:
 * `node test/bench/openstack-import/run.ts [MIB] [PAIRS]` (1024, 5). Needs the lab of test/support/openstack-lab.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { findLab, openLab } from '../../support/openstack-lab/lab.ts';
import { labProject } from '../../support/openstack-lab/project.ts';
import { compare, type Contender } from '../paired.ts';

const MIB = 1_048_576;
/** Kiln is to stream at 0.9 of the other's speed at least. */
const TARGET_TIME = 1.11;
const TARGET_MIB = 120;
const SAMPLE_MILLISECONDS = 20;

const [mebibytes = 1024, pairs = 5] = process.argv.slice(2).map(Number);
const kiln = join(import.meta.dirname, '../../../dist/cli.cjs');
// On a disk, beside Glance's.
const work = mkdtempSync('/var/tmp/kiln-bench-import-');
const disk = join(work, 'disk.raw');

function makeDisk(): void {
  const descriptor = openSync(disk, 'w');
  const data = Buffer.alloc(MIB);
  for (let written = 0; written < mebibytes; written += 1) writeSync(descriptor, randomFillSync(data));
  closeSync(descriptor);
}

/** Most memory that the process had, in MiB; of that, what is no file (Node itself, the bundle) in the page cache. */
async function memoryOf({ program, args, cwd, env }: Contender): Promise<readonly [number, number]> {
  const child = spawn(program, args, { cwd, env, stdio: 'ignore' });
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
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(sample);
  if (code !== 0) throw new Error(`Kiln ended with ${String(code)}`);
  return [most, anonymous];
}

const folder = findLab();
if (folder === undefined) process.exit(1);
await using lab = await openLab(folder);
await using project = await labProject(lab);
try {
  makeDisk();
  const template = join(work, 't.json');
  writeFileSync(
    template,
    JSON.stringify({
      builders: [{ type: 'file', content: 'x', target: join(work, 'made.raw') }],
      // No builder makes such a disk in no time: it comes in place of what was made.
      'post-processors': [
        [
          { type: 'shell-local', inline: [`ln -f ${disk} ${join(work, 'made.raw')}`] },
          { type: 'openstack-import', image_name: 'bench', format: 'raw' },
        ],
      ],
    }),
  );
  const other = { ...process.env, OS_CLIENT_CONFIG_FILE: project.cloudsFile, OS_CLOUD: project.cloud };
  const prepare = (): void => {
    rmSync(join(work, 'made.raw'), { force: true });
    spawnSync('openstack', ['image', 'delete', 'bench'], { env: other });
  };
  const state = { KILN_STATE_DIR: join(work, 'state'), KILN_CACHE_DIR: join(work, 'cache'), KILN_SETUP: '0' };
  const ours: Contender = {
    name: 'kiln',
    program: process.execPath,
    args: [kiln, 'build', template],
    cwd: work,
    env: { ...process.env, ...project.environment, ...state },
    prepare,
  };
  const create = ['image', 'create', '--file', disk, '--disk-format', 'raw', '--container-format', 'bare', 'bench'];
  const theirs: Contender = { name: 'openstack', program: 'openstack', args: create, env: other, prepare };
  compare(`upload of ${mebibytes} MiB`, ours, theirs, pairs, TARGET_TIME);
  prepare();
  const [most, anonymous] = await memoryOf(ours);
  const verdict = most <= TARGET_MIB ? 'met' : 'MISSED';
  console.log(`memory: ${most.toFixed(0)} MiB at most (target ≤ ${TARGET_MIB}: ${verdict})`);
  console.log(
    `of that ${anonymous.toFixed(0)} MiB are its own; the rest is Node's program and files of the page cache`,
  );
} finally {
  rmSync(work, { recursive: true });
}
