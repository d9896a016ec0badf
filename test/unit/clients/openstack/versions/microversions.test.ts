import { describe, expect, test } from 'vitest';
import { microversionsIn } from '../../../../../clients/openstack/versions/version-document.ts';
import { startCloud, type Reply, type ScriptedOptions } from '../scripted-cloud.ts';

const NOVA = { id: 'v2.1', status: 'CURRENT', version: '2.93', min_version: '2.1', links: [] };
const OLD_NOVA = { id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '', links: [] };
const CINDER = { id: 'v3.0', status: 'CURRENT', version: '3.70', min_version: '3.0', links: [] };
const GLANCE = { id: 'v2.15', status: 'CURRENT', links: [] };

describe('microversions are read from a version document', () => {
  test.each([
    ["Nova's own version", { version: NOVA }, 'v2.1', { lowest: '2.1', highest: '2.93' }],
    ["Nova's list", { versions: [OLD_NOVA, NOVA] }, 'v2.1', { lowest: '2.1', highest: '2.93' }],
    ["Nova's old version has none", { versions: [NOVA, { ...OLD_NOVA, id: 'v2' }] }, 'v2', undefined],
    ["Cinder's list, which calls v3 v3.0", { versions: [CINDER] }, 'v3', { lowest: '3.0', highest: '3.70' }],
    ['Glance has none', { versions: [GLANCE] }, 'v2', undefined],
    ['a document in an older shape', { versions: { values: [{ id: 'v3.14' }] } }, 'v3', undefined],
    ['no document', '<html>', 'v2.1', undefined],
  ] as const)('%s', (_what, document, version, range) => {
    expect(microversionsIn(document, version)).toEqual(range);
  });
});

const TAGGED = { name: 'x', flavorRef: 'f1', tags: ['a'] };
const CREATED = { status: 202, body: { server: { id: 's1' } } };

function script(documents: Readonly<Record<string, Reply>>): (asked: { readonly line: string }) => Reply {
  return ({ line }) => documents[line.replace('GET ', '')] ?? (line.startsWith('POST') ? CREATED : { status: 404 });
}

async function createTagged(documents: Readonly<Record<string, Reply>>, options: ScriptedOptions = {}) {
  await using scripted = await startCloud(script(documents), options);
  await scripted.cloud.compute.servers.create(TAGGED);
  await scripted.cloud.compute.servers.create(TAGGED);
  const { headers = {} } = scripted.requests.at(-1) ?? {};
  return {
    lines: scripted.lines,
    sent: [headers['openstack-api-version'], headers['x-openstack-nova-api-version']],
  };
}

describe('a call that needs a microversion', () => {
  test('asks the version in use once', async () => {
    const { lines, sent } = await createTagged({ '/compute/v2.1/': { body: { version: NOVA } } });
    expect(lines).toEqual(['GET /compute/v2.1/', 'POST /compute/v2.1/servers', 'POST /compute/v2.1/servers']);
    expect(sent).toEqual(['compute 2.52', '2.52']);
  });

  test('asks without the project of the address', async () => {
    const { lines } = await createTagged(
      { '/compute/v2.1/': { body: { version: NOVA } } },
      { catalogue: { compute: '{here}/compute/v2.1/p1' } },
    );
    expect(lines[0]).toBe('GET /compute/v2.1/');
  });

  test('asks for the list when the version says nothing, also when that comes with 300', async () => {
    const { lines, sent } = await createTagged({ '/compute/': { status: 300, body: { versions: [OLD_NOVA, NOVA] } } });
    expect(lines.slice(0, 2)).toEqual(['GET /compute/v2.1/', 'GET /compute/']);
    expect(sent[0]).toBe('compute 2.52');
  });

  test('is sent with the usual one of the settings when that is newer', async () => {
    const { sent } = await createTagged(
      { '/compute/v2.1/': { body: { version: NOVA } } },
      { settings: { services: { compute: { microversion: '2.60' } } } },
    );
    expect(sent[0]).toBe('compute 2.60');
  });

  test.each([
    ['an old service', { body: { version: { ...NOVA, version: '2.38' } } }, {}, 'goes up to 2.38'],
    ['a service without microversions', { status: 404 }, {}, 'has no microversions'],
    ['the settings', { body: { version: NOVA } }, { highestMicroversion: '2.40' }, 'the settings allow 2.40 at most'],
  ])('is refused by %s, and nothing is made', async (_what, document, own, message) => {
    await using scripted = await startCloud(script({ '/compute/v2.1/': document }), {
      settings: { services: { compute: own } },
    });
    await expect(scripted.cloud.compute.servers.create(TAGGED)).rejects.toMatchObject({
      ...{ reason: 'unsupported', message: expect.stringContaining(message) as string },
    });
    expect(scripted.lines.filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

test('a call that needs none asks for no versions, and sends what the settings say', async () => {
  await using scripted = await startCloud(script({}), {
    settings: { services: { compute: { microversion: '2.79' } } },
  });
  await scripted.cloud.compute.servers.create({ name: 'x', flavorRef: 'f1' });
  expect(scripted.lines).toEqual(['POST /compute/v2.1/servers']);
  expect(scripted.requests[0]?.headers['openstack-api-version']).toBe('compute 2.79');
});

test("a call's own microversion is sent as it is", async () => {
  await using scripted = await startCloud(script({}));
  await scripted.cloud.compute.servers.create(TAGGED, undefined, { microversion: '2.90' });
  expect(scripted.lines).toEqual(['POST /compute/v2.1/servers']);
  expect(scripted.requests[0]?.headers['openstack-api-version']).toBe('compute 2.90');
});

test('Cinder is asked by its own word for itself', async () => {
  await using scripted = await startCloud(({ line }) =>
    line === 'GET /volume/v3/'
      ? { status: 300, body: { versions: [CINDER] } }
      : { status: 202, body: { 'os-volume_upload_image': { image_id: 'i1' } } },
  );
  await scripted.cloud.blockStorage.volumes.uploadImage('v1', { image_name: 'x', visibility: 'private' });
  expect(scripted.lines).toEqual(['GET /volume/v3/', 'POST /volume/v3/p1/volumes/v1/action']);
  expect(scripted.requests[1]?.headers['openstack-api-version']).toBe('volume 3.1');
});
