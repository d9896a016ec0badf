import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Cloud } from '../../../../clients/openstack/index.ts';
import { startCloud, type Reply } from './scripted-cloud.ts';

const data = { open: () => Readable.from([Buffer.from('abc')]), length: 3 };

/** What a call asks, and what it makes of an answer: the answer's body is that of OpenStack's API reference. */
type Case = readonly [
  line: string,
  call: (cloud: Cloud) => Promise<unknown>,
  expected: { readonly json?: unknown; readonly headers?: object; readonly answer?: Reply; readonly result?: unknown },
];

const server = { answer: { status: 202, body: { server: { id: 's1' } } }, result: { id: 's1' } };
const image = { answer: { body: { id: 'i1' } }, result: { id: 'i1' } };
const nothing = { answer: { status: 204 }, result: undefined };

function act(action: object, answer: Reply = { status: 202 }): Case[2] {
  return { json: action, answer };
}

const compute: readonly Case[] = [
  [
    'POST /compute/v2.1/servers',
    ({ compute: { servers } }) => servers.create({ name: 'x', flavorRef: 'f' }, { group: 'g' }),
    { json: { server: { name: 'x', flavorRef: 'f' }, 'os:scheduler_hints': { group: 'g' } }, ...server },
  ],
  ['GET /compute/v2.1/servers/a%2Fb', ({ compute: { servers } }) => servers.get('a/b'), server],
  ['DELETE /compute/v2.1/servers/s1', ({ compute: { servers } }) => servers.delete('s1'), nothing],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.forceDelete('s1'),
    act({ forceDelete: null }),
  ],
  ['POST /compute/v2.1/servers/s1/action', ({ compute: { servers } }) => servers.stop('s1'), act({ 'os-stop': null })],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.start('s1'),
    act({ 'os-start': null }),
  ],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.reboot('s1', 'HARD'),
    act({ reboot: { type: 'HARD' } }),
  ],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.createImage('s1', { name: 'n', metadata: { a: 'b' } }),
    {
      json: { createImage: { name: 'n', metadata: { a: 'b' } } },
      answer: { status: 202, headers: { location: 'http://glance:9292/v2/images/i1' } },
      result: 'i1',
    },
  ],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.createImage('s1', { name: 'n' }, { microversion: '2.45' }),
    {
      headers: { 'openstack-api-version': 'compute 2.45' },
      answer: { status: 202, body: { image_id: 'i1' } },
      result: 'i1',
    },
  ],
  [
    'POST /compute/v2.1/servers/s1/action',
    ({ compute: { servers } }) => servers.consoleOutput('s1', 20),
    { json: { 'os-getConsoleOutput': { length: 20 } }, answer: { body: { output: 'login:' } }, result: 'login:' },
  ],
  [
    'GET /compute/v2.1/servers/s1/os-server-password',
    ({ compute: { servers } }) => servers.getPassword('s1'),
    { answer: { body: { password: '' } }, result: undefined },
  ],
  [
    'GET /compute/v2.1/servers/s1/os-interface',
    ({ compute: { servers } }) => servers.interfaces('s1'),
    { answer: { body: { interfaceAttachments: [{ port_id: 'p' }] } }, result: [{ port_id: 'p' }] },
  ],
  [
    'POST /compute/v2.1/servers/s1/os-interface',
    ({ compute: { servers } }) => servers.attachPort('s1', 'p'),
    { json: { interfaceAttachment: { port_id: 'p' } }, answer: { body: { interfaceAttachment: { port_id: 'p' } } } },
  ],
  [
    'POST /compute/v2.1/servers/s1/os-volume_attachments',
    ({ compute: { servers } }) => servers.attachVolume('s1', 'v', '/dev/vdb'),
    { json: { volumeAttachment: { volumeId: 'v', device: '/dev/vdb' } }, answer: { body: { volumeAttachment: {} } } },
  ],
  [
    'DELETE /compute/v2.1/servers/s1/os-volume_attachments/v',
    ({ compute: { servers } }) => servers.detachVolume('s1', 'v'),
    nothing,
  ],
  [
    'POST /compute/v2.1/servers/s1/metadata',
    ({ compute: { servers } }) => servers.setMetadata('s1', { a: 'b' }),
    { json: { metadata: { a: 'b' } }, answer: { body: {} } },
  ],
  [
    'DELETE /compute/v2.1/servers/s1/metadata/a%20b',
    ({ compute: { servers } }) => servers.deleteMetadata('s1', 'a b'),
    nothing,
  ],
  [
    'POST /compute/v2.1/os-keypairs',
    ({ compute: { keypairs } }) => keypairs.create({ name: 'k', public_key: 'ssh-ed25519 A' }),
    {
      json: { keypair: { name: 'k', public_key: 'ssh-ed25519 A' } },
      answer: { body: { keypair: { name: 'k' } } },
      result: { name: 'k' },
    },
  ],
  [
    'GET /compute/v2.1/os-keypairs',
    ({ compute: { keypairs } }) => keypairs.list(),
    { answer: { body: { keypairs: [{ keypair: { name: 'k' } }] } }, result: [{ name: 'k' }] },
  ],
  ['DELETE /compute/v2.1/os-keypairs/k%2B1', ({ compute: { keypairs } }) => keypairs.delete('k+1'), nothing],
  [
    'GET /compute/v2.1/flavors/detail',
    ({ compute: { flavors } }) => flavors.find('small'),
    {
      answer: {
        body: {
          flavors: [
            { id: '1', name: 'small' },
            { id: '2', name: 'big' },
          ],
        },
      },
      result: { id: '1', name: 'small' },
    },
  ],
  [
    'GET /compute/v2.1/flavors/detail',
    ({ compute: { flavors } }) => flavors.find('2'),
    {
      answer: {
        body: {
          flavors: [
            { id: '1', name: '2' },
            { id: '2', name: 'big' },
          ],
        },
      },
      result: { id: '2', name: 'big' },
    },
  ],
  [
    'GET /compute/v2.1/os-availability-zone',
    ({ compute: each }) => each.availabilityZones(),
    {
      answer: {
        body: {
          availabilityZoneInfo: [
            { zoneName: 'a', zoneState: { available: true } },
            { zoneName: 'b', zoneState: { available: false } },
          ],
        },
      },
      result: ['a'],
    },
  ],
];

const images: readonly Case[] = [
  [
    'POST /image/v2/images',
    ({ image: { images: each } }) => each.create({ name: 'n', hw_disk_bus: 'scsi' }),
    { json: { name: 'n', hw_disk_bus: 'scsi' }, ...image },
  ],
  ['GET /image/v2/images/i1', ({ image: { images: each } }) => each.get('i1'), image],
  [
    'PATCH /image/v2/images/i1',
    ({ image: { images: each } }) => each.change('i1', [{ op: 'replace', path: '/min_disk', value: 2 }]),
    {
      json: [{ op: 'replace', path: '/min_disk', value: 2 }],
      headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
      ...image,
    },
  ],
  ['DELETE /image/v2/images/i1', ({ image: { images: each } }) => each.delete('i1'), nothing],
  ['PUT /image/v2/images/i1/tags/a%20b', ({ image: { images: each } }) => each.addTag('i1', 'a b'), nothing],
  ['DELETE /image/v2/images/i1/tags/a', ({ image: { images: each } }) => each.removeTag('i1', 'a'), nothing],
  ['POST /image/v2/images/i1/actions/deactivate', ({ image: { images: each } }) => each.deactivate('i1'), nothing],
  ['POST /image/v2/images/i1/actions/reactivate', ({ image: { images: each } }) => each.reactivate('i1'), nothing],
  [
    'PUT /image/v2/images/i1/file',
    ({ image: { images: each } }) => each.upload('i1', data, 'fast'),
    {
      headers: { 'content-length': '3', 'content-type': 'application/octet-stream', 'x-image-meta-store': 'fast' },
      ...nothing,
    },
  ],
  [
    'PUT /image/v2/images/i1/stage',
    ({ image: { images: each } }) => each.stage('i1', data),
    { headers: { 'content-length': '3' }, ...nothing },
  ],
  [
    'POST /image/v2/images/i1/import',
    ({ image: { images: each } }) => {
      return each.import('i1', {
        method: { name: 'web-download', uri: 'https://x.example.com/a.img' },
        all_stores: true,
      });
    },
    {
      json: { method: { name: 'web-download', uri: 'https://x.example.com/a.img' }, all_stores: true },
      answer: { status: 202 },
    },
  ],
  [
    'GET /image/v2/images/i1/tasks',
    ({ image: { images: each } }) => each.tasks('i1'),
    { answer: { body: { tasks: [{ id: 't' }] } }, result: [{ id: 't' }] },
  ],
  [
    'POST /image/v2/images/i1/members',
    ({ image: { members } }) => members.add('i1', 'p2'),
    { json: { member: 'p2' }, answer: { body: { member_id: 'p2', status: 'pending' } } },
  ],
  [
    'PUT /image/v2/images/i1/members/p2',
    ({ image: { members } }) => members.setStatus('i1', 'p2', 'accepted'),
    { json: { status: 'accepted' }, answer: { body: { member_id: 'p2' } } },
  ],
  [
    'GET /image/v2/images/i1/members',
    ({ image: { members } }) => members.list('i1'),
    { answer: { body: { members: [{ member_id: 'p2' }] } }, result: [{ member_id: 'p2' }] },
  ],
  ['DELETE /image/v2/images/i1/members/p2', ({ image: { members } }) => members.remove('i1', 'p2'), nothing],
  [
    'GET /image/v2/info/import',
    ({ image: each }) => each.importMethods(),
    { answer: { body: { 'import-methods': { value: ['web-download'], type: 'array' } } }, result: ['web-download'] },
  ],
  [
    'GET /image/v2/info/stores',
    ({ image: each }) => each.stores(),
    { answer: { body: { stores: [{ id: 'disk' }] } }, result: [{ id: 'disk' }] },
  ],
  ['GET /image/v2/info/stores', ({ image: each }) => each.stores(), { answer: { status: 404 }, result: [] }],
];

const network: readonly Case[] = [
  [
    'POST /network/v2.0/ports',
    ({ network: { ports } }) => ports.create({ network_id: 'n' }),
    { json: { port: { network_id: 'n' } }, answer: { status: 201, body: { port: { id: 'p' } } }, result: { id: 'p' } },
  ],
  [
    'PUT /network/v2.0/floatingips/f',
    ({ network: { floatingIps } }) => floatingIps.update('f', { port_id: null }),
    { json: { floatingip: { port_id: null } }, answer: { body: { floatingip: { id: 'f' } } } },
  ],
  ['DELETE /network/v2.0/floatingips/f', ({ network: { floatingIps } }) => floatingIps.delete('f'), nothing],
  [
    'GET /network/v2.0/networks?router%3Aexternal=true&name=a&name=b',
    ({ network: { networks } }) => networks.list({ 'router:external': true, name: ['a', 'b'] }),
    { answer: { body: { networks: [] } }, result: [] },
  ],
  [
    'GET /network/v2.0/subnets?network_id=n&ip_version=4',
    ({ network: { subnets } }) => subnets.list({ network_id: 'n', ip_version: 4 }),
    { answer: { body: { subnets: [] } }, result: [] },
  ],
  [
    'POST /network/v2.0/security-groups',
    ({ network: { securityGroups } }) => securityGroups.create({ name: 'g' }),
    { json: { security_group: { name: 'g' } }, answer: { body: { security_group: { id: 'g1' } } } },
  ],
  [
    'POST /network/v2.0/security-group-rules',
    ({ network: { securityGroupRules } }) =>
      securityGroupRules.create({ security_group_id: 'g', direction: 'ingress' }),
    {
      json: { security_group_rule: { security_group_id: 'g', direction: 'ingress' } },
      answer: { body: { security_group_rule: { id: 'r' } } },
    },
  ],
  ['PUT /network/v2.0/ports/p/tags/a%2Fb', ({ network: { tags } }) => tags.add('ports', 'p', 'a/b'), nothing],
  ['DELETE /network/v2.0/ports/p/tags/a', ({ network: { tags } }) => tags.remove('ports', 'p', 'a'), nothing],
  [
    'PUT /network/v2.0/security-groups/g/tags',
    ({ network: { tags } }) => tags.set('security-groups', 'g', ['a', 'b']),
    { json: { tags: ['a', 'b'] }, answer: { body: { tags: ['a', 'b'] } } },
  ],
];

const volumes: readonly Case[] = [
  [
    'POST /volume/v3/p1/volumes',
    ({ blockStorage: { volumes: each } }) => each.create({ size: 3, imageRef: 'i1' }),
    { json: { volume: { size: 3, imageRef: 'i1' } }, answer: { body: { volume: { id: 'v' } } }, result: { id: 'v' } },
  ],
  [
    'DELETE /volume/v3/p1/volumes/v?cascade=true',
    ({ blockStorage: { volumes: each } }) => each.deleteWithSnapshots('v'),
    nothing,
  ],
  [
    'POST /volume/v3/p1/volumes/v/action',
    ({ blockStorage: { volumes: each } }) => each.uploadImage('v', { image_name: 'n', disk_format: 'raw' }),
    {
      json: { 'os-volume_upload_image': { image_name: 'n', disk_format: 'raw' } },
      answer: { status: 202, body: { 'os-volume_upload_image': { image_id: 'i1' } } },
      result: { image_id: 'i1' },
    },
  ],
  [
    'POST /volume/v3/p1/volumes/v/action',
    ({ blockStorage: { volumes: each } }) => each.setImageMetadata('v', { a: 'b' }),
    { json: { 'os-set_image_metadata': { metadata: { a: 'b' } } } },
  ],
  [
    'POST /volume/v3/p1/volumes/v/action',
    ({ blockStorage: { volumes: each } }) => each.setBootable('v', true),
    { json: { 'os-set_bootable': { bootable: true } } },
  ],
  [
    'GET /volume/v3/p1/snapshots/detail?volume_id=v',
    ({ blockStorage: { snapshots } }) => snapshots.list({ volume_id: 'v' }),
    { answer: { body: { snapshots: [] } }, result: [] },
  ],
  ['DELETE /volume/v3/p1/snapshots/s', ({ blockStorage: { snapshots } }) => snapshots.delete('s'), nothing],
];

test.each([...compute, ...images, ...network, ...volumes])('%s', async (line, call, expected) => {
  await using scripted = await startCloud(() => expected.answer ?? { status: 202 });
  const result = await call(scripted.cloud);
  expect(scripted.lines).toEqual([line]);
  if ('result' in expected) expect(result).toEqual(expected.result);
  const [{ headers, body } = { headers: {}, body: Buffer.of() }] = scripted.requests;
  expect(headers).toMatchObject(expected.headers ?? {});
  if ('json' in expected) expect(JSON.parse(body.toString())).toEqual(expected.json);
});

test.each([
  ['there is no flavor', 'not-found', []],
  [
    'several flavors have the name',
    'conflict',
    [
      { id: '1', name: 'x' },
      { id: '2', name: 'x' },
    ],
  ],
])('%s', async (message, reason, flavors) => {
  await using scripted = await startCloud(() => ({ body: { flavors } }));
  await expect(scripted.cloud.compute.flavors.find('x')).rejects.toMatchObject({
    ...{ reason, message: expect.stringContaining(message) as string },
  });
});

test('an answer of another shape is an error', async () => {
  await using scripted = await startCloud(() => ({ body: '<html>Welcome</html>' }));
  await expect(scripted.cloud.compute.servers.get('s1')).rejects.toMatchObject({ reason: 'bad-answer' });
  await expect(scripted.cloud.image.images.get('i1')).rejects.toMatchObject({ reason: 'bad-answer' });
  await expect(scripted.cloud.network.ports.list()).rejects.toMatchObject({ reason: 'bad-answer' });
});
