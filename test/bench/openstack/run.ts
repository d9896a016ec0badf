/**
 * Kiln's own part of an openstack build without provisioners: `node test/bench/openstack/run.ts [BUILDS]`, on the test
 * OpenStack in a process of its own, where everything is there at once. BUILDS (default 200) run at once in one Kiln; 0
 * leaves them out. On a busy machine the processor's time is what tells, and not the wall's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestOpenStackProcess, type TestOpenStackProcess } from '../../support/openstack/process.ts';
import { median, timed, verdict } from '../cloud-figures.ts';
import { measureTree } from '../engine/process-tree.ts';

const kiln = join(import.meta.dirname, '../../../kiln');
const ROUNDS = 9;
const AT_ONCE = { schedule: 0, spawn: 0, stop: 0, delete: 0, snapshot: 0, upload: 0, settle: 0 };

interface Place {
  readonly cloud: TestOpenStackProcess;
  readonly source: unknown;
  readonly directory: string;
}

function writeTemplate({ source, directory }: Place, names: readonly string[]): void {
  const usual = { type: 'openstack', source_image: source, flavor: 'm1.small', communicator: 'none' };
  const builders = names.map((name) => ({ ...usual, name, image_name: name }));
  writeFileSync(join(directory, 't.json'), JSON.stringify({ builders }));
}

async function oneBuild(place: Place): Promise<void> {
  const times = [];
  let calls: readonly string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    writeTemplate(place, [`web-${round}`]);
    const before = (await place.cloud.calls()).length;
    times.push(timed(kiln, place.directory));
    calls = (await place.cloud.calls()).slice(before).map(({ call }) => call);
  }
  const processor = median(times.map((time) => time.processor));
  const wall = median(times.map((time) => time.wall));
  console.log(`openstack, a build: ${wall.toFixed(2)} s of the wall (${verdict(wall, 0.5)}, ${ROUNDS} rounds)`);
  console.log(
    `openstack, a build: ${processor.toFixed(2)} s of the processor, ${calls.length} calls: ${calls.join(' ')}`,
  );
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
    `openstack, ${count} builds at once: ${megabytes} MB (${verdict(megabytes, 300)}), ${seconds} s of the wall`,
  );
}

const cloud = await startTestOpenStackProcess({ timePerCall: 1, durations: AT_ONCE });
const directory = mkdtempSync(join(tmpdir(), 'kiln-bench-openstack-'));
try {
  // The guard against other connections is a test's matter, and takes time.
  const { NODE_OPTIONS: _guard, ...environment } = cloud.environment;
  Object.assign(process.env, environment, {
    KILN_OPENSTACK_POLL_SECONDS: '0',
    KILN_STATE_DIR: join(directory, 'state'),
    KILN_CACHE_DIR: join(directory, 'cache'),
  });
  const place = { cloud, source: await cloud.ask('add-image', { image: { name: 'base' } }), directory };
  await oneBuild(place);
  const count = Number(process.argv[2] ?? 200);
  if (count > 0) await manyBuilds(place, count);
} finally {
  await cloud.stop();
  rmSync(directory, { recursive: true });
}
