/**
 * What the engine itself takes: `node test/bench/engine/run.ts [BUILDS]`. The last parts run BUILDS (default 200) null
 * builds with five provisioners at once, here (shell-local) and over SSH (shell), and Packer the same, which takes
 * minutes; 0 leaves them out.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPlan } from '../../../core/run/run-plan.ts';
import { buildForTest, planForTest, testRun } from '../../support/plan-for-test.ts';
import { sshdMissing, startSshd } from '../../support/ssh/sshd.ts';
import { measureTree } from './process-tree.ts';

const kiln = join(import.meta.dirname, '../../../kiln');
const work = mkdtempSync(join(tmpdir(), 'kiln-bench-engine-'));
process.env['KILN_STATE_DIR'] = join(work, 'state');
process.env['KILN_CACHE_DIR'] = join(work, 'cache');

function verdict(value: number, target: number): string {
  return `target ≤ ${target}: ${value <= target ? 'met' : 'MISSED'}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function steps(): Promise<void> {
  const count = 2000;
  await using test = await testRun();
  let milliseconds = 0;
  const build = buildForTest('steps', async (run) => {
    const start = performance.now();
    for (let number = 0; number < count; number += 1) await run.step(`step ${number}`, () => Promise.resolve());
    milliseconds = performance.now() - start;
  });
  await runPlan(planForTest([build]), test.options);
  const each = milliseconds / count;
  console.log(`engine, a step: ${each.toFixed(4)} ms (${verdict(each, 1)}; ${count} steps)`);
}

/** The run as the engine times it: from the plan to the report. */
function enginePart(): number {
  const { stdout, stderr } = spawnSync(kiln, ['build', '-json', 'null.json'], { cwd: work, encoding: 'utf8' });
  const last = stdout.split('\n').findLast((line) => line.startsWith('{')) ?? '{}';
  const { milliseconds } = JSON.parse(last) as { readonly milliseconds?: number };
  if (milliseconds === undefined) throw new Error(`no run: ${stdout}${stderr}`);
  return milliseconds;
}

function packerWall(): number {
  const start = performance.now();
  const { status } = spawnSync('packer', ['build', 'null.json'], { cwd: work });
  if (status !== 0) throw new Error('packer failed');
  return performance.now() - start;
}

function oneBuild(): void {
  const nowhere = { type: 'null', communicator: 'none' };
  writeFileSync(join(work, 'null.json'), JSON.stringify({ builders: [nowhere] }));
  enginePart();
  const pairs = Array.from({ length: 15 }, () => [enginePart(), packerWall()] as const);
  const own = median(pairs.map(([engine]) => engine));
  const ratio = median(pairs.map(([engine, packer]) => engine / packer));
  console.log(`engine, a null build: ${own.toFixed(1)} ms (${verdict(own, 20)})`);
  console.log(`engine, a null build beside packer's wall: ${ratio.toFixed(3)} (${verdict(ratio, 0.1)}; 15 pairs)`);
}

interface Place {
  readonly builder: object;
  readonly provisioner: string;
}

async function manyBuilds(count: number, { builder, provisioner }: Place): Promise<void> {
  const builders = Array.from({ length: count }, (_, number) => ({ ...builder, type: 'null', name: `n${number}` }));
  const provisioners = Array.from({ length: 5 }, (_, number) => ({
    type: provisioner,
    inline: [`echo step ${number}`],
    // Packer numbers its scripts from 1 to 9999, and all these guests are one machine.
    ...(provisioner === 'shell' ? { remote_path: '/tmp/kiln-bench-{{uuid}}.sh' } : {}),
  }));
  writeFileSync(join(work, 'many.json'), JSON.stringify({ builders, provisioners }));
  const ours = await measureTree(kiln, ['build', 'many.json'], work);
  const packers = await measureTree('packer', ['build', 'many.json'], work);
  const wall = ours.milliseconds / packers.milliseconds;
  const memory = ours.peakBytes / packers.peakBytes;
  const seconds = [ours, packers].map(({ milliseconds }) => `${(milliseconds / 1000).toFixed(1)} s`).join(', packer ');
  const sizes = [ours, packers].map(({ peakBytes }) => `${Math.round(peakBytes / 1e6)} MB`).join(', packer ');
  const what = `${count} null builds with 5 ${provisioner} provisioners`;
  console.log(`${what}, wall: kiln ${seconds}, ratio ${wall.toFixed(3)} (${verdict(wall, 0.25)})`);
  console.log(`${what}, peak memory: kiln ${sizes}, ratio ${memory.toFixed(3)} (${verdict(memory, 0.25)})`);
}

async function manyBuildsOverSsh(count: number): Promise<void> {
  const missing = sshdMissing();
  if (missing !== undefined) {
    console.log(`over SSH: ${missing}`);
    return;
  }
  const sshd = await startSshd(['MaxStartups 1000', 'MaxSessions 1000']);
  try {
    const login = { ssh_username: 'root', ssh_private_key_file: sshd.privateKeyFile, ssh_timeout: '10m' };
    const builder = { ssh_host: '127.0.0.1', ssh_port: sshd.port, ...login };
    await manyBuilds(count, { builder, provisioner: 'shell' });
  } finally {
    await sshd.stop();
  }
}

try {
  await steps();
  oneBuild();
  const count = Number(process.argv[2] ?? 200);
  if (count > 0) {
    await manyBuilds(count, { builder: { communicator: 'none' }, provisioner: 'shell-local' });
    await manyBuildsOverSsh(count);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
