import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { azEnd, gsEnd, httpEnd, localEnd, ociEnd, s3End, sshEnd, swiftEnd } from '../../support/upload/far-ends.ts';
import type { FarEnd } from '../../support/upload/far-end.ts';
import { startFaultyProxy, type FaultyProxy } from '../../support/upload/faulty-proxy.ts';
import { noise, sha256 } from '../../support/upload/upload.ts';
import { kilnPlace, type KilnPlace } from '../kiln-place.ts';

const SIZE = 96 * 1_048_576 + 123;
const content = noise(SIZE, 7);

interface Scene {
  readonly farEnd: FarEnd;
  readonly proxy: FaultyProxy | undefined;
  readonly place: KilnPlace;
  readonly template: string;
}

const scenes: Scene[] = [];
afterEach(async () => {
  for (const { farEnd, proxy, place } of scenes.splice(0)) {
    proxy?.close();
    await farEnd.stop();
    place.remove();
  }
});

async function prepare(start: () => Promise<FarEnd>): Promise<Scene> {
  const farEnd = await start();
  const proxy = farEnd.port === undefined ? undefined : await startFaultyProxy(farEnd.port);
  const place = kilnPlace('upload', farEnd.environment ?? {});
  const source = join(place.directory, 'source');
  writeFileSync(source, content);
  const template = place.write({
    builders: [{ type: 'file', source, target: join(place.directory, 'out/disk') }],
    'post-processors': [{ type: 'upload', targets: [farEnd.target('images/', proxy?.port)] }],
  });
  const scene = { farEnd, proxy, place, template };
  scenes.push(scene);
  return scene;
}

/**
 * Has Kiln killed when half of the file is sent. What is still on its way then is sent again, with parts side by side nearly all:
 * unless the upload begins anew in any case, the far end has taken some of it before.
 */
async function killInTheMiddle({ farEnd, proxy, place, template }: Scene, anew: boolean): Promise<void> {
  proxy?.breakAfter(SIZE / 2, 'stall');
  const { child, ended } = place.start('build', template);
  const isMiddle = async (): Promise<boolean> =>
    proxy === undefined ? (await farEnd.halves()).length > 0 : proxy.done() && (anew || proxy.answered() > 0.25 * SIZE);
  const over = ended.then(({ output }) => Promise.reject(new Error(`the build was over before: ${output}`)));
  await Promise.race([expect.poll(isMiddle, { timeout: 120_000, interval: 20 }).toBe(true), over]);
  // What has arrived is noted by now.
  await new Promise((resolve) => setTimeout(resolve, proxy === undefined ? 0 : 500));
  child.kill('SIGKILL');
  await ended;
}

const ends: readonly (readonly [string, () => Promise<FarEnd>, { readonly anew?: boolean }])[] = [
  ['a directory', localEnd, { anew: true }],
  ['SFTP', () => sshEnd('sftp'), {}],
  ['rsync', () => sshEnd('rsync'), {}],
  ['S3', s3End, {}],
  ["Google's storage", gsEnd, {}],
  ['Azure', azEnd, {}],
  ['Swift', swiftEnd, {}],
  ['WebDAV', () => httpEnd('webdav'), { anew: true }],
  ['PUT', () => httpEnd('http'), { anew: true }],
  // Debian's registry forgets what was cut off in the middle of a part.
  ['a registry', ociEnd, { anew: true }],
];

test.each(ends)(
  'Kiln is killed while it uploads to %s, nothing is to be seen, and resume brings the rest',
  async (_name, start, { anew = false }) => {
    const scene = await prepare(start);
    await killInTheMiddle(scene, anew);
    const { farEnd, proxy, place } = scene;
    expect(await farEnd.names('images/')).toEqual([]);
    const before = proxy?.sent() ?? 0;
    const resumed = await place.resume();
    expect(resumed.code, resumed.output).toBe(0);
    expect(sha256((await farEnd.read('images/disk'))!)).toBe(sha256(content));
    expect(await farEnd.names('images/')).toEqual(['disk']);
    if (!anew) expect(proxy!.sent() - before).toBeLessThan(0.85 * SIZE);
  },
  300_000,
);

test.each(ends.filter(([name]) => ['SFTP', 'S3', 'WebDAV'].includes(name)))(
  'kiln gc removes what a killed Kiln has left at %s',
  async (_name, start, { anew = false }) => {
    const scene = await prepare(start);
    await killInTheMiddle(scene, anew);
    const collected = await scene.place.start('gc').ended;
    expect(collected.code, collected.output).toBe(0);
    expect(await scene.farEnd.halves()).toEqual([]);
    expect(await scene.farEnd.names('images/')).toEqual([]);
  },
  300_000,
);
