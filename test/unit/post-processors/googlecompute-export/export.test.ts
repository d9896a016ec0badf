import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { gcePlace, type GceBake, type GcePlace } from '../../../support/gce/gce-place.ts';
import type { Instance } from '../../../support/gce/resources.ts';
import type { WorldOptions } from '../../../support/gce/world.ts';
import { startGoogleStorage, type GoogleStorage } from '../../../support/upload/google-storage.ts';

const SHA256 = 'ab'.repeat(32);

let storage: GoogleStorage;
beforeAll(async () => {
  storage = await startGoogleStorage('images');
}, 600_000);
afterAll(() => storage.stop());

interface ExportPlace extends GcePlace {
  bakeAndExport(options?: JsonObject): Promise<GceBake>;
}

async function exportPlace(options: WorldOptions = {}): Promise<ExportPlace> {
  const place = await gcePlace(options);
  place.gce.addImage({ name: 'debian-12-worker-v1', project: 'compute-image-tools', family: 'debian-12-worker' });
  const endpoints = place.access['custom_endpoints'] as JsonObject;
  const custom_endpoints = { ...endpoints, storage: `http://127.0.0.1:${storage.port}/` };
  const builder = {
    type: 'googlecompute',
    ...place.access,
    custom_endpoints,
    zone: 'us-central1-a',
    source_image_family: 'debian-12',
    image_name: 'web',
    communicator: 'none',
  };
  return {
    ...place,
    bakeAndExport: (more = {}) =>
      place.run({
        builders: [builder],
        'post-processors': [{ type: 'googlecompute-export', paths: ['gs://images/out/web.tar.gz'], ...more }],
      }),
  };
}

/** Does what the worker's script would do: writes the objects with their marks, and says so on the serial port. */
async function work(
  { gce }: GcePlace,
  baking: Promise<GceBake>,
  words: (script: string) => Promise<string>,
): Promise<void> {
  const find = (): Instance | undefined =>
    gce.world.instances.all().find(({ view }) => view.name?.startsWith('kiln-export-') === true);
  const over = baking.then(({ report }) => Promise.reject(new Error(JSON.stringify(report.failure))));
  const started = expect.poll(find, { timeout: 60_000, interval: 5 }).toBeDefined();
  await Promise.race([started, over]);
  const worker = find();
  const items = worker?.view.metadata?.items ?? [];
  const script = items.find(({ key }) => key === 'startup-script')?.value ?? '';
  const mark = /kiln-export ([-0-9a-f]+) /.exec(script)?.[1] ?? '';
  const said = `systemd[1]: Started.\nstartup-script: kiln-export ${mark} ${await words(script)}\n`;
  if (worker !== undefined) worker.serial += said;
  over.catch(() => undefined);
}

async function put(name: string, token: string): Promise<void> {
  const boundary = 'b';
  const about = JSON.stringify({ name, metadata: { 'kiln-token': token } });
  const body = `--b\r\ncontent-type: application/json\r\n\r\n${about}\r\n--b\r\ncontent-type: application/gzip\r\n\r\narchive\r\n--b--\r\n`;
  const url = `http://127.0.0.1:${storage.port}/upload/storage/v1/b/images/o?uploadType=multipart`;
  const headers = { 'content-type': `multipart/related; boundary=${boundary}` };
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

const tokensIn = (script: string): readonly string[] =>
  [...script.matchAll(/kiln-token=(\S+)/g)].map(([, token = '']) => token);

test('an export lists the objects and their digest, and leaves neither worker nor image', async () => {
  await using place = await exportPlace();
  const paths = ['gs://images/out/web.tar.gz', 'gs://images/out/copy.tar.gz'];
  const baking = place.bakeAndExport({
    paths,
    machine_type: 'e2-standard-2',
    service_account_email: 'worker@bakery.iam.gserviceaccount.com',
  });
  await work(place, baking, async (script) => {
    const [one = '', other = ''] = tokensIn(script);
    await put('out/web.tar.gz', one);
    await put('out/copy.tar.gz', other);
    return `done ${SHA256}`;
  });
  const { report } = await baking;
  expect(report.failure).toBeUndefined();
  expect(report.artifacts).toMatchObject([
    {
      builderId: 'packer.post-processor.googlecompute-export',
      id: paths.join(','),
      remotes: paths.map((url) => ({ url, size: 7, sha256: SHA256 })),
    },
  ]);
  expect(place.inputs('instances.insert').at(-1)).toMatchObject({
    machineType: 'zones/us-central1-a/machineTypes/e2-standard-2',
    disks: [
      { boot: true, autoDelete: true, initializeParams: { diskSizeGb: '200' } },
      {
        autoDelete: true,
        deviceName: 'kiln-export',
        initializeParams: { sourceImage: 'projects/bakery/global/images/web' },
      },
    ],
    serviceAccounts: [{ email: 'worker@bakery.iam.gserviceaccount.com' }],
  });
  expect(place.left()).toEqual([]);
  expect(await storage.list('out/')).toEqual(['out/copy.tar.gz', 'out/web.tar.gz']);
  expect(place.gce.broken).toEqual([]);
}, 120_000);

test('a script that fails fails the build: its words are in the error, the image stays, and what it wrote goes', async () => {
  await using place = await exportPlace();
  const paths = ['gs://images/bad/web.tar.gz', 'gs://images/bad/copy.tar.gz'];
  const baking = place.bakeAndExport({ paths });
  await work(place, baking, async (script) => {
    await put('bad/web.tar.gz', tokensIn(script)[0] ?? '');
    return 'failed cannot copy to gs://images/bad/copy.tar.gz';
  });
  const { report, warned } = await baking;
  expect(report.failure).toMatchObject({
    code: 'GOOGLE_FAILED',
    message: expect.stringContaining('the worker says: cannot copy to gs://images/bad/copy.tar.gz') as string,
  });
  expect(warned.join('\n')).toContain('systemd[1]: Started.');
  expect(place.left().filter((thing) => !thing.startsWith('image'))).toEqual([]);
  expect(await storage.list('bad/')).toEqual([]);
}, 120_000);

test('a script that never says anything ends with export_timeout, and the script of the worker really runs', async () => {
  await using place = await exportPlace({ startupScripts: true });
  const { report, warned } = await place.bakeAndExport({ export_timeout: '5s' });
  // There is no such disk on this machine, and the script waits for it longer than the export may take.
  expect(report.failure).toMatchObject({
    code: 'GOOGLE_TIMEOUT',
    pointer: expect.stringMatching('/export_timeout$') as string,
  });
  expect(warned.join('\n')).not.toContain('SyntaxError');
  expect(place.left().filter((thing) => !thing.startsWith('image'))).toEqual([]);
}, 60_000);

test('a bucket that is not there, and a result that is no image, are said before a worker starts', async () => {
  await using place = await exportPlace();
  const { report } = await place.bakeAndExport({ paths: ['gs://missing/web.tar.gz'] });
  expect(report.failure).toMatchObject({
    code: 'UPLOAD_REFUSED',
    pointer: expect.stringMatching('/paths/0$') as string,
  });
  const other = await place.run({
    builders: [{ type: 'file', content: 'x', target: `${place.directory}/x` }],
    'post-processors': [{ type: 'googlecompute-export', paths: ['gs://images/x.tar.gz'] }],
  });
  expect(other.report.failure).toMatchObject({ code: 'GOOGLE_EXPORT_ARTIFACT' });
  expect(place.calls().filter((call) => call === 'instances.insert')).toHaveLength(1);
}, 120_000);
