/**
 * Kiln's own part of an amazon-ebs build without provisioners: `node test/bench/amazon/run.ts [BUILDS]`, on the test EC2
 * in a process of its own, where everything is there at once. BUILDS (default 200) run at once in one Kiln; 0 leaves
 * them out. On a busy machine the processor's time is what tells, and not the wall's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestEc2Process, type TestEc2Process } from '../../support/ec2/process.ts';
import { median, timed, verdict } from '../cloud-figures.ts';
import { measureTree } from '../engine/process-tree.ts';

const kiln = join(import.meta.dirname, '../../../kiln');
const ROUNDS = 9;
const AT_ONCE = { start: 0, checks: 0, stop: 0, terminate: 0, snapshot: 0, image: 0 };

interface Place {
  readonly ec2: TestEc2Process;
  readonly source: unknown;
  readonly directory: string;
}

function writeTemplate({ source, directory }: Place, names: readonly string[]): void {
  const usual = { type: 'amazon-ebs', source_ami: source, instance_type: 't3.micro', communicator: 'none' };
  const builders = names.map((name) => ({ ...usual, name, ami_name: name }));
  writeFileSync(join(directory, 't.json'), JSON.stringify({ builders }));
}

async function oneBuild(place: Place): Promise<void> {
  const times = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    writeTemplate(place, [`web-${round}`]);
    const before = (await place.ec2.calls()).length;
    times.push(timed(kiln, place.directory));
    calls = (await place.ec2.calls()).length - before;
  }
  const processor = median(times.map((time) => time.processor));
  const wall = median(times.map((time) => time.wall));
  console.log(`amazon-ebs, a build: ${processor.toFixed(2)} s of the processor (${verdict(processor, 1.5)})`);
  console.log(`amazon-ebs, a build: ${wall.toFixed(2)} s of the wall, ${calls} calls (${ROUNDS} rounds)`);
}

async function manyBuilds(place: Place, count: number): Promise<void> {
  writeTemplate(
    place,
    Array.from({ length: count }, (_, number) => `many-${number}`),
  );
  const { milliseconds, peakBytes } = await measureTree(kiln, ['build', 't.json'], place.directory);
  const megabytes = Math.round(peakBytes / 1e6);
  const seconds = (milliseconds / 1000).toFixed(1);
  console.log(
    `amazon-ebs, ${count} builds at once: ${megabytes} MB (${verdict(megabytes, 600)}), ${seconds} s of the wall`,
  );
}

const ec2 = await startTestEc2Process({ timePerCall: 0, durations: AT_ONCE });
const directory = mkdtempSync(join(tmpdir(), 'kiln-bench-amazon-'));
try {
  // The guard against other connections is a test's matter, and takes time.
  const { NODE_OPTIONS: _guard, ...environment } = ec2.environment;
  Object.assign(process.env, environment, {
    AWS_POLL_DELAY_SECONDS: '0',
    KILN_STATE_DIR: join(directory, 'state'),
    KILN_CACHE_DIR: join(directory, 'cache'),
  });
  const place = { ec2, source: await ec2.ask('add-image', { image: { name: 'base' } }), directory };
  await oneBuild(place);
  const count = Number(process.argv[2] ?? 200);
  if (count > 0) await manyBuilds(place, count);
} finally {
  await ec2.stop();
  rmSync(directory, { recursive: true });
}
