/**
 * Kiln's own part of an googlecompute build without provisioners: `node test/bench/googlecompute/run.ts [BUILDS]`, on the test
 * Compute Engine in a process of its own, where everything is there at once. BUILDS (default 200) run at once in one Kiln; 0
 * leaves them out. On a busy machine the processor's time is what tells, and not the wall's.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestGceProcess, type TestGceProcess } from '../../support/gce/process.ts';
import { median, timed, verdict } from '../cloud-figures.ts';
import { measureTree } from '../engine/process-tree.ts';

const kiln = join(import.meta.dirname, '../../../kiln');
const ROUNDS = 9;
const AT_ONCE = { insertInstance: 0, boot: 0, stop: 0, deleteInstance: 0, image: 0, change: 0 };

interface Place {
  readonly cloud: TestGceProcess;
  readonly directory: string;
}

function writeTemplate({ cloud, directory }: Place, names: readonly string[]): void {
  const usual = {
    ...{ type: 'googlecompute', project_id: 'bakery', zone: 'us-central1-a', communicator: 'none' },
    ...{ source_image_family: 'debian-12', source_image_project_id: ['debian-cloud'] },
    custom_endpoints: cloud.customEndpoints,
  };
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
  console.log(`googlecompute, a build: ${wall.toFixed(2)} s of the wall (${verdict(wall, 0.5)}, ${ROUNDS} rounds)`);
  console.log(
    `googlecompute, a build: ${processor.toFixed(2)} s of the processor, ${calls.length} calls: ${calls.join(' ')}`,
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
    `googlecompute, ${count} builds at once: ${megabytes} MB (${verdict(megabytes, 350)}), ${seconds} s of the wall`,
  );
}

const cloud = await startTestGceProcess({ timePerCall: 1, durations: AT_ONCE });
const directory = mkdtempSync(join(tmpdir(), 'kiln-bench-google-'));
try {
  // The guard against other connections is a test's matter, and takes time.
  const { NODE_OPTIONS: _guard, ...environment } = cloud.environment;
  Object.assign(process.env, environment, {
    KILN_GOOGLE_POLL_SECONDS: '0',
    KILN_STATE_DIR: join(directory, 'state'),
    KILN_CACHE_DIR: join(directory, 'cache'),
  });
  const place = { cloud, directory };
  await oneBuild(place);
  const count = Number(process.argv[2] ?? 200);
  if (count > 0) await manyBuilds(place, count);
} finally {
  await cloud.stop();
  rmSync(directory, { recursive: true });
}
