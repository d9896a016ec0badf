import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startTestGce, type TestGce } from '../../support/gce/index.ts';
import { startFaultyProxy, type FaultyProxy } from '../../support/upload/faulty-proxy.ts';
import { startGoogleStorage, type GoogleStorage } from '../../support/upload/google-storage.ts';
import { noise } from '../../support/upload/upload.ts';
import { kilnPlace, type KilnPlace } from '../kiln-place.ts';

const SIZE = 48 * 1_048_576;
const NAME = 'import/web.tar.gz';
const content = noise(SIZE, 11);

interface Scene {
  readonly gce: TestGce;
  readonly storage: GoogleStorage;
  readonly proxy: FaultyProxy;
  readonly place: KilnPlace;
  readonly template: string;
}

const scenes: Scene[] = [];
afterEach(async () => {
  for (const { gce, storage, proxy, place } of scenes.splice(0)) {
    proxy.close();
    await storage.stop();
    await gce.stop();
    place.remove();
  }
});

async function prepare(): Promise<Scene> {
  const storage = await startGoogleStorage('images');
  const gce = await startTestGce({ storageUrl: `http://127.0.0.1:${storage.port}` });
  const proxy = await startFaultyProxy(storage.port);
  const place = kilnPlace('gce-import', { ...gce.environment, KILN_GOOGLE_POLL_SECONDS: '0' });
  const source = join(place.directory, 'source');
  writeFileSync(source, content);
  const template = place.write({
    builders: [{ type: 'file', source, target: join(place.directory, 'out/disk.raw') }],
    'post-processors': [
      {
        type: 'googlecompute-import',
        project_id: 'bakery',
        custom_endpoints: { ...gce.customEndpoints, storage: `http://127.0.0.1:${proxy.port}/` },
        bucket: 'images',
        gcs_object_name: NAME,
        image_name: 'web',
        skip_clean: true,
      },
    ],
  });
  const scene = { gce, storage, proxy, place, template };
  scenes.push(scene);
  return scene;
}

/** Has Kiln killed when half of the archive is sent. */
async function killInTheMiddle({ proxy, place, template }: Scene): Promise<void> {
  proxy.breakAfter(SIZE / 2, 'stall');
  const { child, ended } = place.start('build', template);
  const over = ended.then(({ output }) => Promise.reject(new Error(`the build was over before: ${output}`)));
  await Promise.race([expect.poll(() => proxy.done(), { timeout: 120_000, interval: 20 }).toBe(true), over]);
  child.kill('SIGKILL');
  await ended;
}

test('Kiln is killed while it uploads, and resume sends the rest and makes the image', async () => {
  const scene = await prepare();
  const { gce, storage, proxy, place } = scene;
  await killInTheMiddle(scene);
  expect(await storage.list('import/')).toEqual([]);
  const before = proxy.sent();
  const resumed = await place.resume();
  expect(resumed.code, resumed.output).toBe(0);
  expect(resumed.output).toContain('going on with the upload to gs://images/import/web.tar.gz');
  expect(proxy.sent() - before).toBeLessThan(0.75 * SIZE);
  expect(gce.leftovers().map(({ id }) => id)).toEqual(['projects/bakery/global/images/web']);
  const archive = join(place.directory, 'there.tar.gz');
  writeFileSync(archive, (await storage.read(NAME))!);
  execFileSync('tar', ['-xSzf', archive, '-C', place.directory]);
  execFileSync('cmp', ['-n', String(SIZE), join(place.directory, 'source'), join(place.directory, 'disk.raw')]);
}, 300_000);

test('kiln gc removes what a killed Kiln has left', async () => {
  const scene = await prepare();
  const { gce, storage, proxy, place } = scene;
  await killInTheMiddle(scene);
  const collected = await place.start('gc').ended;
  expect(collected.code, collected.output).toBe(0);
  expect(proxy.done()).toBe(true);
  expect(await storage.list('')).toEqual([]);
  expect(gce.leftovers()).toEqual([]);
  const again = await place.start('gc').ended;
  expect(again.output).not.toContain('import/web.tar.gz');
}, 300_000);
