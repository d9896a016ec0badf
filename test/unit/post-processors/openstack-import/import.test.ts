import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { Acquired } from '../../../../plugins/sdk/index.ts';
import type { OpenstackImportPostProcessorConfig } from '../../../../post-processors/openstack-import/config.gen.ts';
import { importKinds } from '../../../../post-processors/openstack-import/kinds.ts';
import { postProcess } from '../../../../post-processors/openstack-import/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  replyLost,
  startTestOpenStack,
  type Fault,
  type TestOpenStack,
  type WorldOptions,
} from '../../../support/openstack/index.ts';
import { artifactOf, madeBy, postProcessRun, type TestRun } from '../../../support/post-process-run.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-import-'));
const DISK = join(home, 'disk.raw');
const CONTENT = randomBytes(700_000);
writeFileSync(DISK, CONTENT);
afterAll(() => rmSync(home, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

interface Place extends AsyncDisposable {
  readonly cloud: TestOpenStack;
  /** Runs the post-processor; what it has made is given back when it fails. */
  run(
    options?: JsonObject,
    given?: Partial<TestRun>,
  ): Promise<{ readonly id: string | undefined; readonly run: TestRun }>;
  calls(name: string): number;
}

async function place(options: WorldOptions = {}): Promise<Place> {
  const cloud = await startTestOpenStack({ durations: { import: 0 }, ...options });
  for (const [name, value] of Object.entries(cloud.environment)) if (name.startsWith('OS_')) vi.stubEnv(name, value);
  return {
    cloud,
    calls: (name) => cloud.calls.filter(({ call }) => call === `image.${name}`).length,
    run: async (more = {}, given = {}) => {
      const given_ = { image_name: 'web', format: 'raw', ...more };
      const config = componentConfig<OpenstackImportPostProcessorConfig>('post-processors/openstack-import', given_);
      const run = postProcessRun({ cacheDirectory: join(home, 'cache'), ...given });
      try {
        return { id: madeBy(await postProcess(artifactOf([DISK]), config, run))?.id, run };
      } catch (error) {
        await run.scope.releaseAll();
        throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      expect(cloud.broken).toEqual([]);
      await cloud.stop();
    },
  };
}

function imageOf(
  { cloud }: Place,
  id: string | undefined,
): ReturnType<TestOpenStack['region']>['images'] extends {
  peek(id: string): infer Image;
}
  ? NonNullable<Image>
  : never {
  const found = cloud.region().images.peek(id ?? '');
  if (found === undefined) throw new Error('there is no such image');
  return found;
}

test.each(['upload', 'glance-direct'])(
  '%s: the image is what the template says, and tells which run made it',
  async (method) => {
    await using there = await place();
    const other = there.cloud.world.projects.find(({ name }) => name === 'other')?.id ?? '';
    const { id, run } = await there.run({
      method,
      image_tags: ['a', 'b'],
      metadata: { os_distro: 'debian' },
      image_members: [other],
      image_min_disk: 2,
      image_min_ram: 64,
    });
    const image = imageOf(there, id);
    expect(image.data?.equals(CONTENT)).toBe(true);
    expect(image.base).toMatchObject({
      name: 'web',
      disk_format: 'raw',
      container_format: 'bare',
      min_disk: 2,
      min_ram: 64,
    });
    expect(image.tags).toEqual(['a', 'b']);
    const properties = Object.keys(image.properties).filter((name) => !name.startsWith('os_glance'));
    expect(properties.sort()).toEqual(['kiln-run-id', 'kiln-token', 'os_distro']);
    expect(image.members.map(({ member_id: member }) => member)).toEqual([other]);
    expect(run.progressed.at(-1)).toEqual([`upload to ${String(id)}`, CONTENT.length, CONTENT.length]);
  },
);

test('a lost answer makes no second image, and no second upload', async () => {
  await using there = await place();
  there.cloud.plan(replyLost('image.createImage'), replyLost('image.uploadImage'));
  await there.run();
  expect(there.cloud.leftovers().map(({ kind }) => kind)).toEqual(['image']);
  expect([there.calls('createImage'), there.calls('uploadImage')]).toEqual([1, 1]);
});

test('an upload that breaks off is begun again, into the same image', async () => {
  await using there = await place();
  there.cloud.plan({ call: 'image.uploadImage', dropped: true, times: 2 });
  const { id } = await there.run();
  expect(imageOf(there, id).data?.equals(CONTENT)).toBe(true);
  expect([there.calls('createImage'), there.calls('uploadImage')]).toEqual([1, 3]);
});

test.each<[string, Fault, JsonObject, RegExp]>([
  ['breaks off again and again', { call: 'image.uploadImage', dropped: true, times: 9 }, {}, /broke off 3 times/],
  ['meets a full store', { call: 'image.uploadImage', fails: { code: 'full', message: 'no room' } }, {}, /no room/],
  [
    'is not imported',
    { call: 'image.importImage', fails: { code: 'x', message: 'bad qcow2' } },
    { method: 'glance-direct' },
    /bad qcow2/,
  ],
])('an upload that %s says so, and leaves nothing', async (_what, fault, options, said) => {
  await using there = await place();
  there.cloud.plan(fault);
  await expect(there.run(options)).rejects.toThrow(said);
  expect(there.cloud.leftovers()).toEqual([]);
});

test('who may not make a public image hears so before anything is sent', async () => {
  await using there = await place();
  await expect(there.run({ image_visibility: 'public' })).rejects.toMatchObject({ code: 'OPENSTACK_REFUSED' });
  expect(there.calls('uploadImage')).toBe(0);
  expect(there.cloud.leftovers()).toEqual([]);
});

test('images of one name stand beside each other, and with -force the new one stays alone but for the protected', async () => {
  await using there = await place();
  const first = await there.run();
  const second = await there.run();
  imageOf(there, second.id).base.protected = true;
  const stranger = there.cloud.addImage({ name: 'web', owner: 'other' });
  const third = await there.run({}, { force: true });
  const left = there.cloud
    .region()
    .images.all()
    .map(({ id }) => id);
  expect(left.sort()).toEqual([second.id, third.id, stranger].sort());
  expect(left).not.toContain(first.id);
  expect(third.run.lines.join()).toContain('it is protected');
});

/** What a process that was killed has left, for the next one. */
function inherited(id: string, released: string[]): Partial<TestRun> {
  const thing: Acquired<string, undefined> = {
    id,
    handle: undefined,
    keep: () => Promise.resolve(),
    release: () => Promise.resolve(void released.push(id)),
  };
  return { inherited: ({ kind }) => (kind === importKinds.image.kind ? [thing] : []) };
}

test.each([
  ['that waits', 'queued', 1],
  ['that is whole', 'active', 0],
])('an image %s is gone on with after a crash', async (_what, status, uploads) => {
  await using there = await place();
  // A run that was killed: the image has not its name yet.
  there.cloud.plan({ call: 'image.updateImage', error: { code: '500', status: 500 }, times: 9 });
  const broken = postProcessRun();
  await expect(there.run({}, { acquire: broken.acquire })).rejects.toThrow();
  there.cloud.world.faults.clear();
  const [image] = there.cloud.region().images.all();
  if (image === undefined) throw new Error('there is no image');
  if (status === 'queued') Object.assign(image, { status, data: undefined, size: null });
  const before = there.calls('uploadImage');
  const released: string[] = [];
  const { id } = await there.run({}, inherited(image.id, released));
  expect(id).toBe(image.id);
  expect(there.calls('uploadImage') - before).toBe(uploads);
  expect(image.hash).toBe(createHash('sha512').update(CONTENT).digest('hex'));
  expect(released).toEqual([]);
});

test('an image of another disk is left to others, and one that cannot go on is given back', async () => {
  await using there = await place();
  const other = there.cloud.addImage({ name: 'kiln-1', properties: { 'kiln-upload': 'other' } });
  const released: string[] = [];
  const { id } = await there.run({}, inherited(other, released));
  expect(id).not.toBe(other);
  expect(released).toEqual([]);
});
