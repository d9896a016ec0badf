import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { RunOptions } from '../../../../core/run/run-plan.ts';
import { gcePlace, type GceBake, type GcePlace } from '../../../support/gce/gce-place.ts';
import { replyLost } from '../../../support/gce/index.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { startGoogleStorage, type GoogleStorage } from '../../../support/upload/google-storage.ts';
import { noise } from '../../../support/upload/upload.ts';

const home = mkdtempSync(join(tmpdir(), 'kiln-gce-import-'));
const SOURCE = join(home, 'source.raw');
writeFileSync(SOURCE, noise(300_000));
const NAME = 'import/web.tar.gz';

let storage: GoogleStorage;
beforeAll(async () => {
  storage = await startGoogleStorage('images');
}, 600_000);
afterAll(async () => {
  await storage.stop();
  rmSync(home, { recursive: true });
});

function importOptions({ access }: GcePlace, options: JsonObject): JsonObject {
  const endpoints = { ...(access['custom_endpoints'] as JsonObject), storage: `http://127.0.0.1:${storage.port}/` };
  const usual = { image_name: 'web', bucket: 'images', gcs_object_name: NAME };
  return { type: 'googlecompute-import', ...access, custom_endpoints: endpoints, ...usual, ...options };
}

/** Has the disk imported by the real engine. */
function bake(place: GcePlace, options: JsonObject = {}, run: Partial<RunOptions> = {}): Promise<GceBake> {
  const target = join(place.directory, 'disk.raw');
  return place.run(
    {
      builders: [{ type: 'file', source: SOURCE, target }],
      'post-processors': [importOptions(place, options)],
    },
    run,
  );
}

const there = async (): Promise<readonly string[]> => storage.list('import/');

describe.skipIf(lacks(['qemu-img']))('an import', () => {
  test('makes an image with all that is asked for, and takes the object away', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    const { report, said } = await bake(place, {
      image_description: 'a web server',
      image_family: 'web',
      image_labels: { team: 'bakery' },
      image_guest_os_features: ['GVNIC'],
      image_storage_locations: ['eu'],
      image_architecture: 'x86_64',
      image_licenses: ['projects/bakery/global/licenses/web'],
      image_signatures_db: [SOURCE],
      deprecate_at: '2030-01-01T00:00:00Z',
    });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts).toMatchObject([
      {
        builderId: 'packer.post-processor.googlecompute-import',
        id: 'web',
        description: "A disk image was created in the 'bakery' project: web",
      },
    ]);
    expect(place.inputs('images.insert')).toMatchObject([
      {
        name: 'web',
        description: 'a web server',
        family: 'web',
        labels: { team: 'bakery', 'kiln-run-id': expect.any(String) as string },
        guestOsFeatures: [{ type: 'GVNIC' }],
        storageLocations: ['eu'],
        architecture: 'X86_64',
        sourceType: 'RAW',
        licenses: ['projects/bakery/global/licenses/web'],
        shieldedInstanceInitialState: { dbs: [{ fileType: 'BIN' }] },
        rawDisk: { source: 'https://storage.googleapis.com/images/import/web.tar.gz' },
      },
    ]);
    expect(place.inputs('images.deprecate')).toMatchObject([{ deprecated: '2030-01-01T00:00:00Z' }]);
    expect(said.join('\n')).toContain('uploaded gs://images/import/web.tar.gz');
    expect(place.left()).toEqual(['image web']);
    expect(await there()).toEqual([]);
    expect(place.gce.broken).toEqual([]);
  });

  test('skip_clean leaves the object, and the next run replaces it', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    const { report } = await bake(place, { skip_clean: true });
    expect(report.failure).toBeUndefined();
    expect(await there()).toEqual([NAME]);
    const archive = join(home, 'there.tar.gz');
    writeFileSync(archive, (await storage.read(NAME))!);
    execFileSync('tar', ['-xSzf', archive, '-C', home]);
    execFileSync('cmp', ['-n', '300000', SOURCE, join(home, 'disk.raw')]);
    const again = await bake(place, { image_name: 'web-2' });
    expect(again.report.failure).toBeUndefined();
    expect(await there()).toEqual([]);
  });

  test('a name that is taken is said before anything is sent, and -force replaces the image', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    expect((await bake(place)).report.failure).toBeUndefined();
    const taken = await bake(place);
    expect(taken.report.failure).toMatchObject({
      code: 'GOOGLE_EXISTS',
      pointer: expect.stringMatching('/image_name$') as string,
    });
    expect(taken.said.join('\n')).not.toContain('uploaded');
    const forced = await bake(place, {}, { force: true });
    expect(forced.report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image web']);
    expect(await there()).toEqual([]);
  });

  test('the image is made once when the reply is lost', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    place.gce.plan(replyLost('images.insert'));
    expect((await bake(place)).report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image web']);
    expect(place.gce.unusedFaults()).toEqual([]);
  });

  test('what Google refuses leaves neither image nor object', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    const message = "Required 'compute.images.create' permission for 'projects/bakery/global/images/web'";
    place.gce.plan({ call: 'images.insert', error: { status: 403, code: 'forbidden', message } });
    const { report } = await bake(place);
    expect(report.failure).toMatchObject({
      code: 'GOOGLE_FORBIDDEN',
      message: expect.stringContaining(message) as string,
    });
    expect(place.left()).toEqual([]);
    expect(await there()).toEqual([]);
  });

  test('a bucket that is not there is said, and no image is made', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    const { report } = await bake(place, { bucket: 'missing' });
    expect(report.failure).toMatchObject({
      code: 'UPLOAD_REFUSED',
      pointer: expect.stringMatching('/bucket$') as string,
    });
    expect(place.calls()).not.toContain('images.insert');
  });

  test('another post-processor that uses it up deletes the image', async () => {
    await using place = await gcePlace({ storageUrl: `http://127.0.0.1:${storage.port}` });
    const target = join(place.directory, 'disk.raw');
    const { report } = await place.run({
      builders: [{ type: 'file', source: SOURCE, target }],
      'post-processors': [
        [importOptions(place, {}), { type: 'artifice', files: [SOURCE], keep_input_artifact: false }],
      ],
    });
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual([]);
  });
});
